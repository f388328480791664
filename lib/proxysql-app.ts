import { App, type AppProps } from 'cdk8s';
import { renderingOnce } from './manifest-of';
import { problemsBelow } from './problems-below';
import { describeUnwritable } from './unwritable';
import { writeAtOnce } from './write-at-once';

/**
 * A cdk8s app that ends a failed synthesis the way a command line tool does: the sentences on standard error, exit code 1, no stack trace and
 * nothing written. In a plain `App` the same sentences are in the error that `synth` throws.
 */
export class ProxySQLApp extends App {
  public constructor(props: AppProps = {}) {
    super(props);
  }

  /** Writes all manifests, or reports everything that is wrong with them. */
  public override synth(): void {
    renderingOnce(() => {
      this.checkAndWrite();
    });
  }

  /** Everything that the constructs of this app find wrong, each with the path of its construct. */
  public problems(): string[] {
    return problemsBelow(this);
  }

  private checkAndWrite(): void {
    const problems = this.problems();
    if (problems.length > 0) {
      report(problems);
      return;
    }
    try {
      writeAtOnce(() => super.synth());
    } catch (error) {
      report([sentenceOf(error)]);
    }
  }
}

function report(problems: readonly string[]): void {
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  process.stderr.write(
    `${count} in this app; nothing was written.\n\n${problems.map((line) => `  - ${line}\n`).join('')}`,
  );
  process.exitCode = 1;
}

/** What cdk8s and the file system refuse, in one line. Anything else is a mistake in a program, whose place is in the error's stack. */
function sentenceOf(error: unknown): string {
  const unwritable = describeUnwritable(error);
  if (unwritable !== undefined) {
    return `${unwritable.path}: ${unwritable.sentence}`;
  }
  const { name, message } = error as Error;
  if (name === 'Error') {
    return message;
  }
  throw error;
}
