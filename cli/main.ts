import { Command, Option } from 'commander';
import { PACKAGE_VERSION } from '../lib/package-version';
import { RuntimeKind } from '../lib/runtime';
import { check } from './check';
import { explain } from './explain';
import { graph } from './graph';

/** The command line: looks at manifests and at the graph, and changes nothing. */
export function program(): Command {
  const command = new Command('cdk8s-proxysql')
    .description('ProxySQL with TLS on Kubernetes: checks manifests and explains what waits for what')
    .version(PACKAGE_VERSION)
    .showHelpAfterError();
  command
    .command('check')
    .description('check the ProxySQL resources in files; exit code 1 if something is wrong, or there is none')
    .argument('<file...>', 'files with YAML or JSON; - reads standard input')
    .addOption(
      new Option('--runtime <kind>', 'who makes it run')
        .choices(Object.values(RuntimeKind))
        .default(RuntimeKind.OPERATOR),
    )
    .action((files: string[], { runtime }: { readonly runtime: RuntimeKind }) => {
      process.exitCode = check(files, runtime);
    });
  command
    .command('explain')
    .description('say in words what is created when, and what has to be proven before')
    .action(() => {
      explain();
    });
  command
    .command('graph')
    .description('draw the dependency graph in Mermaid')
    .action(() => {
      graph();
    });
  return command;
}

program().parse();
