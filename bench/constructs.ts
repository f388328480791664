/** Measures the construct library as users run it: whole Node processes, against what cdk8s takes for the same manifests. */
import { spawnSync } from 'node:child_process';
import { type Figure, median, milliseconds, report } from './support/bench';
import { Apps, ROOT } from './support/constructs-apps';

const RUNS = 15;
const FLEET_RUNS = 3;
const MAX_RATIO = 1.3;
const MAX_HELM_RATIO = 3;
const MAX_FLEET_MS = 2000;
const MAX_BYTES = 2_000_000;
// Reading noise off a line takes some tolerance.
const LINEAR = 1.2;

async function measure(): Promise<Figure[]> {
  const apps = new Apps();
  try {
    return [...example(apps), helm(apps), ...fleets(apps), size()];
  } finally {
    apps.dispose();
  }
}

/** Medians of several apps that take turns, so that what else the machine does hits them alike. */
function alternate(apps: Apps, programs: readonly string[], runs: number): number[] {
  const taken: number[][] = programs.map(() => []);
  for (let run = 0; run < runs; run += 1) {
    programs.forEach((program, index) => taken[index]?.push(apps.run(program).took));
  }
  return taken.map(median);
}

function example(apps: Apps): Figure[] {
  const example = apps.example();
  const plain = apps.plain('plain', apps.keep(example));
  const [node = 0, bare = 0, ours = 0] = alternate(apps, [apps.nothing(), plain, example], RUNS);
  const ratio = ours / bare;
  return [
    { name: 'node alone', value: milliseconds(node), goal: '' },
    { name: 'bare cdk8s, the same objects', value: milliseconds(bare), goal: '' },
    { name: 'the example', value: milliseconds(ours), goal: '' },
    { name: 'the example / bare cdk8s', value: ratio.toFixed(2), goal: `<= ${MAX_RATIO}`, met: ratio <= MAX_RATIO },
  ];
}

/** Helm is no part of a Node project, so it may be missing. */
function helm(apps: Apps): Figure {
  const name = 'the example / helm template';
  const goal = `<= ${MAX_HELM_RATIO}`;
  const program = process.env.HELM ?? 'helm';
  if (spawnSync(program, ['version']).status !== 0) {
    return { name, value: 'skipped: no helm', goal };
  }
  const example = apps.example();
  const chart = apps.helmChart(apps.keep(example));
  const [ours, helms]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    ours.push(apps.run(example).took);
    const from = performance.now();
    const { status, stderr } = spawnSync(program, ['template', 'release', chart], { encoding: 'utf8' });
    helms.push(performance.now() - from);
    if (status !== 0) {
      throw new Error(`helm template failed: ${stderr}`);
    }
  }
  const ratio = median(ours) / median(helms);
  return {
    name: `${name} (${milliseconds(median(helms))})`,
    value: ratio.toFixed(2),
    goal,
    met: ratio <= MAX_HELM_RATIO,
  };
}

function fleets(apps: Apps): Figure[] {
  const sizes = [100, 300, 1000];
  const base = apps.fleet(1, 'operator');
  const taken = alternate(apps, [base, ...sizes.map((size) => apps.fleet(size, 'operator'))], FLEET_RUNS);
  const [one = 0, hundred = 0, , thousand = 0] = taken;
  // What each further ProxySQL takes, in a large fleet and in a small one.
  const growth = (thousand - one) / 999 / ((hundred - one) / 99);
  return [
    ...sizes.map((size, index): Figure => ({
      name: `${size} ProxySQLs, operator runtime`,
      value: milliseconds(taken[index + 1] ?? 0),
      ...(size === 1000 ? { goal: `<= ${MAX_FLEET_MS} ms`, met: thousand <= MAX_FLEET_MS } : { goal: '' }),
    })),
    {
      name: 'time per ProxySQL, of 1,000 / of 100',
      value: growth.toFixed(2),
      goal: `<= ${LINEAR} (linear)`,
      met: growth <= LINEAR,
    },
    ...compared(apps, 100),
  ];
}

function compared(apps: Apps, size: number): Figure[] {
  const standalone = apps.fleet(size, 'standalone');
  const [bare = 0, ours = 0] = alternate(
    apps,
    [apps.plain('plain-fleet', apps.keep(standalone)), standalone],
    FLEET_RUNS,
  );
  return [
    { name: `${size} ProxySQLs, standalone runtime`, value: milliseconds(ours), goal: '' },
    { name: `bare cdk8s, the same objects`, value: milliseconds(bare), goal: '' },
  ];
}

function size(): Figure {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [{ unpackedSize = Number.NaN } = {}] = JSON.parse(stdout) as { unpackedSize?: number }[];
  return {
    name: 'the package, unpacked',
    value: `${(unpackedSize / 1e6).toFixed(2)} MB`,
    goal: '< 2 MB',
    met: unpackedSize < MAX_BYTES,
  };
}

void report('Constructs', measure);
