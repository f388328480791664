import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

import { cacheDirectory, goDirectory } from './paths';
import { isAlive, ownIdentity, type ProcessIdentity } from './processes';
import { type Tier } from './state';
import { waitFor } from './wait';

const run = promisify(execFile);

/** The Kubernetes that is built, as `kubectl version` tells it. */
const kubernetesVersion = 'v1.36.3';

/** Where the built programs lie. */
export interface Binaries {
  /** Multi-call: etcd, kube-apiserver and its kin, kubelet, cert-manager, cert-manager-webhook. */
  readonly kubernetes: string;
  /** Multi-call: pebble, dns. */
  readonly acme: string;
  /** Folder with the custom resource definitions of cert-manager. */
  readonly certManagerCrds: string;
  /** What runs containers; only for the node tier. */
  readonly node?: NodeBinaries;
}

/** The programs of a node. */
export interface NodeBinaries {
  /** Folder with containerd, its shim, ctr, runc, the CNI plugins, pause and init. */
  readonly directory: string;
  readonly coredns: string;
}

interface Module {
  readonly name: string;
  readonly directory: string;
  /** What is built of it, as arguments of `go list`. @default the module itself */
  readonly packages?: readonly string[];
  readonly build: (module: Module, output: string) => Promise<void>;
}

// The same for all modules, so that what several of them use is compiled once. Nobody will debug these programs: without
// debugging information the compiler is a fifth faster.
const flags = ['-trimpath', '-gcflags=all=-dwarf=false', '-ldflags'];
const plain = '-s -w';
// The compiler starts anew for each of thousands of packages: collecting garbage is a quarter of its work, and for nothing.
const generous = { GOGC: '800', GOMEMLIMIT: '2GiB' };

async function go(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = { cwd: directory, env: { ...generous, ...process.env, ...env }, maxBuffer: 64 << 20 };
  const { stdout } = await run('go', [...args], options);
  return stdout.trim();
}

const modules: Record<Tier, readonly Module[]> = {
  'control-plane': [
    {
      name: 'control-plane',
      directory: join(goDirectory, 'control-plane'),
      async build({ directory }, output) {
        const linked = `${plain} -X k8s.io/component-base/version.gitVersion=${kubernetesVersion}`;
        await go(directory, ['build', ...flags, linked, '-o', join(output, 'kubernetes'), '.'], { CGO_ENABLED: '0' });
        const source = await go(directory, ['list', '-m', '-f', '{{.Dir}}', 'github.com/cert-manager/cert-manager']);
        const crds = join(output, 'cert-manager-crds');
        mkdirSync(crds);
        for (const file of readdirSync(join(source, 'deploy', 'crds')).filter((name) => name.endsWith('.yaml'))) {
          writeFileSync(join(crds, file), readFileSync(join(source, 'deploy', 'crds', file)));
        }
      },
    },
    {
      name: 'acme',
      directory: join(goDirectory, 'acme'),
      async build({ directory }, output) {
        await go(directory, ['build', ...flags, plain, '-o', join(output, 'acme'), '.'], { CGO_ENABLED: '0' });
      },
    },
  ],
  node: [
    {
      name: 'node',
      directory: join(goDirectory, 'node'),
      packages: ['-tags', 'seccomp', 'tool'],
      async build({ directory }, output) {
        // runc needs libseccomp, and with it cgo.
        await go(directory, ['install', ...flags, plain, '-tags', 'seccomp', 'tool'], { GOBIN: output });
        await go(directory, ['install', ...flags, plain, './pause', './init'], { GOBIN: output, CGO_ENABLED: '0' });
      },
    },
    {
      name: 'coredns',
      directory: join(goDirectory, 'coredns'),
      async build({ directory }, output) {
        await go(directory, ['build', ...flags, plain, '-o', join(output, 'coredns'), '.'], { CGO_ENABLED: '0' });
      },
    },
  ],
};

function sources(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && /(\.go|^go\.mod|^go\.sum)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Folder of a module's programs: its name tells what they are built from. */
function outputOf(module: Module): string {
  const hash = createHash('sha256').update(`${kubernetesVersion} ${process.platform} ${process.arch}\n`);
  for (const file of [...sources(module.directory), join(__dirname, 'build.ts')]) {
    hash.update(`${relative(goDirectory, file)}\n`).update(readFileSync(file));
  }
  return join(cacheDirectory(), `${module.name}-${hash.digest('hex').slice(0, 16)}`);
}

function modulesOf(tier: Tier): readonly Module[] {
  return tier === 'node' ? [...modules['control-plane'], ...modules.node] : modules['control-plane'];
}

/** The oldest Go that all modules of a tier can be built with, e.g. 1.26.6. */
export function requiredGo(tier: Tier): string {
  const wanted = modulesOf(tier).map(({ directory }) => {
    const [, version] = /^go (\S+)$/m.exec(readFileSync(join(directory, 'go.mod'), 'utf8')) ?? [];
    return version ?? '';
  });
  return wanted.sort(compareGo).at(-1) ?? '';
}

/** Orders versions of Go: negative when `one` is the older. */
export function compareGo(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Whether `build` would have nothing to do. */
export function isBuilt(tier: Tier): boolean {
  return modulesOf(tier).every((module) => existsSync(outputOf(module)));
}

/**
 * Builds what is not in the cache yet. Runs at the same moment wait for each other.
 * @param say is told what is done when it takes a while
 */
export async function build(tier: Tier, say: (message: string) => void = () => undefined): Promise<Binaries> {
  const missing = modulesOf(tier).filter((module) => !existsSync(outputOf(module)));
  // The sources of the later ones come in while the first is compiled.
  const fetched = missing.slice(1).map(fetchSources);
  for (const module of missing) {
    await buildModule(module, say);
  }
  await Promise.all(fetched);
  return binaries(tier);
}

/** Has Go fetch what a module is built from. What goes wrong here goes wrong again when it is built, and is told then. */
async function fetchSources({ directory, packages = ['.'] }: Module): Promise<void> {
  await go(directory, ['list', '-deps', ...packages]).catch(() => undefined);
}

async function buildModule(module: Module, say: (message: string) => void): Promise<void> {
  const output = outputOf(module);
  if (existsSync(output)) {
    return;
  }
  mkdirSync(cacheDirectory(), { recursive: true });
  await locked(`${output}.lock`, async () => {
    if (existsSync(output)) {
      return;
    }
    say(`Building ${module.name} from Go modules; the first time takes minutes, later ones seconds.`);
    const unfinished = `${output}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    await module.build(module, unfinished);
    renameSync(unfinished, output);
  });
}

/** Runs `work` while no other process holds the lock; the lock of a dead process is none. */
async function locked(file: string, work: () => Promise<void>): Promise<void> {
  const own = ownIdentity();
  await waitFor(
    `the other build that holds ${file}`,
    () => {
      try {
        writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
        return true;
      } catch {
        const holder = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
        if (!isAlive(holder)) {
          rmSync(file, { force: true });
        }
        return undefined;
      }
    },
    { timeout: 20 * 60_000, interval: 250 },
  );
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function binaries(tier: Tier): Binaries {
  const [controlPlane, acme, node, coredns] = modulesOf(tier).map(outputOf);
  const base = {
    kubernetes: join(controlPlane as string, 'kubernetes'),
    acme: join(acme as string, 'acme'),
    certManagerCrds: join(controlPlane as string, 'cert-manager-crds'),
  };
  return node === undefined || coredns === undefined
    ? base
    : { ...base, node: { directory: node, coredns: join(coredns, 'coredns') } };
}
