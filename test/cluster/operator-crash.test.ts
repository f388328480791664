import { clusterTest, type ClusterTestContext } from './harness/cluster-test';
import { type ApiClient } from './harness/api-client';
import { readKubeconfig } from './harness/kubeconfig';
import { waitFor } from './driver/wait';
import { endState, type Revisions, withRevisions } from './operator-end-state';
import {
  appBinding,
  caIssuer,
  createAll,
  forbidPods,
  proxysql,
  requireDefinitions,
  startOperator,
} from './operator-fixture';
import { type Chapter, CHAPTERS } from './operator-chapters';
import { connectTo } from './operator-through';
import { type Fault, type FaultRule } from './tools/fault-rules';
import { FaultProxy } from './tools/fault-proxy';
import { seededRandom } from './tools/seeded-random';

beforeAll(requireDefinitions, 60_000);

/** Writes of objects; events tell of them and are none. */
const WRITE: Omit<FaultRule, 'fault'> = { methods: ['POST', 'PUT', 'PATCH', 'DELETE'], url: /^(?!.*\/events)/ };
const AT_ONCE = 4;
/** Objects of a kind that is new to the cluster are collected late when their owner is gone. */
const END_MS = 90_000;
const SEED = 1;
/** For each chapter. Few may hit no write: how often the status is written depends on how fast everything is. */
const PLANNED = 32;
const LEAST_IN_ALL = 200;

/** Where an operator is killed: at a write, which the API server got or did not get. */
interface Kill {
  readonly write: number;
  readonly fault: Fault;
}

/** A chapter of a ProxySQL's life, and the kills that one operator after the other meets in it. */
interface Story {
  readonly name: string;
  readonly chapter: Chapter;
  readonly kills: readonly Kill[];
}

/** A ProxySQL, and an operator of its own. */
class Stage {
  constructor(
    private readonly context: ClusterTestContext,
    readonly name: string,
  ) {}

  get admin(): ApiClient {
    return this.context.namespace.admin;
  }

  async create(chapter: Chapter): Promise<void> {
    await this.admin.create(proxysql(this.name, chapter.spec, { labels: { point: this.name } }));
  }

  /** Begins the chapter of a ProxySQL that is where it begins. */
  async begin(chapter: Chapter): Promise<void> {
    await (chapter.begin === undefined ? this.create(chapter) : chapter.begin.change(this.admin, this.name));
  }

  /** Runs an operator, behind a proxy that strikes by the rules, for as long as `use` takes. */
  async withOperator<T>(rules: readonly FaultRule[], use: (proxy: FaultProxy) => Promise<T>): Promise<T> {
    const { namespace, kubeconfig } = this.context;
    const { server, ca = '', token = '' } = readKubeconfig(kubeconfig);
    const proxy = await FaultProxy.start({ server, ca, seed: SEED });
    proxy.add(...rules);
    const connection = connectTo({ server: proxy.server, ca: proxy.ca, token });
    const running = await startOperator(namespace, kubeconfig, {
      flags: [`--selector=point=${this.name}`],
      overrides: { connection },
    });
    try {
      return await use(proxy);
    } finally {
      await running.stop();
      await proxy.stop();
    }
  }

  /** Runs an operator to whom this happens at a write, and from then on nothing of it gets through. True if it came so far. */
  async killed({ write, fault }: Kill, isOver: () => Promise<boolean>): Promise<boolean> {
    const rules = [
      { fault, ...WRITE, skip: write, times: 1 },
      { fault: { kind: 'cut' } as const, ...WRITE, skip: write },
    ];
    return this.withOperator(rules, ({ injected }) =>
      waitFor(
        `write ${write} of ${this.name}, or its end`,
        async () => (injected.length > 0 ? true : (await isOver()) ? false : undefined),
        { timeout: END_MS },
      ),
    );
  }
}

function undisturbedName({ name }: Chapter): string {
  return `${name}-none`;
}

/** How many writes a chapter takes when nothing disturbs it, and where it ends. */
async function undisturbed(context: ClusterTestContext, chapter: Chapter) {
  const stage = new Stage(context, undisturbedName(chapter));
  await stage.begin(chapter);
  const writes = await stage.withOperator([{ fault: { kind: 'slow', milliseconds: 0 }, ...WRITE }], ({ injected }) =>
    waitFor(`the end of ${stage.name}`, async () => ((await isOver(stage, chapter)) ? injected.length : undefined), {
      timeout: END_MS,
    }),
  );
  return { writes, state: await endState(stage.admin, stage.name) };
}

/** Brings the ProxySQLs of stories to where their chapters begin, with one operator for all of them. */
async function bringTo(
  context: ClusterTestContext,
  stories: readonly Pick<Story, 'name' | 'chapter'>[],
): Promise<void> {
  const { namespace, kubeconfig } = context;
  const running = await startOperator(namespace, kubeconfig);
  try {
    for (const { name, chapter } of stories) {
      if (chapter.begin !== undefined) {
        await new Stage(context, name).create(chapter);
      }
    }
    for (const { name, chapter } of stories) {
      const { begin } = chapter;
      if (begin !== undefined) {
        await waitFor(
          `the beginning of ${name}`,
          async () => ((await begin.ready(namespace.admin, name)) ? true : undefined),
          { timeout: 120_000 },
        );
      }
    }
  } finally {
    await running.stop();
  }
}

function isOver({ admin, name }: Stage, chapter: Chapter): Promise<boolean> {
  return chapter.isOver(admin, name);
}

/** Each write of a chapter, before and after the API server took it; then two kills in a row, drawn with the seed. */
function plan(chapter: Chapter, count: number): Story[] {
  const faults: readonly Fault[] = [{ kind: 'cut' }, { kind: 'lost-answer' }];
  const each = Array.from({ length: count }, (_, write) => faults.map((fault): Kill[] => [{ write, fault }])).flat();
  const random = seededRandom(SEED);
  const draw = (below: number): number => Math.floor(random() * Math.max(1, below));
  const pairs: Kill[][] = [];
  while (each.length + 2 * pairs.length < PLANNED) {
    const first = { write: draw(count - 1), fault: faults[draw(faults.length)] as Fault };
    const second = { write: draw(count - first.write - 1), fault: faults[draw(faults.length)] as Fault };
    pairs.push([first, second]);
  }
  return [...each, ...pairs].map((kills, index) => ({ name: `${chapter.name}-${index}`, chapter, kills }));
}

let hits = 0;

for (const chapter of CHAPTERS) {
  clusterTest(
    `a ProxySQL that is ${chapter.name}: killed at any write, the next operator ends where an undisturbed one does`,
    (context) =>
      withRevisions(context.namespace.admin, async (revisions) => {
        const killed = await killThroughout(context, chapter, revisions);
        hits += killed;
      }),
    { timeout: 300_000 },
  );
}

clusterTest(`there were ${LEAST_IN_ALL} kills`, () => {
  expect(hits).toBeGreaterThanOrEqual(LEAST_IN_ALL);
  return Promise.resolve();
});

/** Gives how many kills hit a write. */
async function killThroughout(context: ClusterTestContext, chapter: Chapter, revisions: Revisions): Promise<number> {
  const { admin } = context.namespace;
  await forbidPods(admin);
  await createAll(admin, [...(await caIssuer()), appBinding()]);
  await bringTo(context, [{ name: undisturbedName(chapter), chapter }]);
  const { writes, state } = await undisturbed(context, chapter);
  const stories = plan(chapter, writes);
  await bringTo(context, stories);
  let sum = 0;
  const left = [...stories];
  const work = async (): Promise<void> => {
    for (let story = left.shift(); story !== undefined; story = left.shift()) {
      const told = await tell(context, story, state, revisions);
      sum += told;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    left.length = 0;
  }
  process.stderr.write(`${chapter.name}: ${writes} writes, ${stories.length} stories, ${sum} kills, seed ${SEED}.\n`);
  return sum;
}

/** Lets a story happen, and gives how many of its kills hit a write. */
async function tell(
  context: ClusterTestContext,
  { name, chapter, kills }: Story,
  state: readonly string[],
  revisions: Revisions,
): Promise<number> {
  const stage = new Stage(context, name);
  await stage.begin(chapter);
  let hits = 0;
  for (const kill of kills) {
    const isHit = await stage.killed(kill, () => isOver(stage, chapter));
    hits += isHit ? 1 : 0;
  }
  await stage.withOperator([], () =>
    waitFor(`the end of ${name}`, async () => ((await isOver(stage, chapter)) ? true : undefined), { timeout: END_MS }),
  );
  expect({ name, kills, state: await endState(stage.admin, name) }).toEqual({ name, kills, state });
  for (const alias of ['server', 'client']) {
    const proven = revisions.secrets.get(`${name}-${alias}-cert`);
    expect(proven).toBeDefined();
    expect(revisions.workloads.get(name)).toBeGreaterThan(proven ?? 0n);
  }
  return hits;
}
