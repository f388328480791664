/** The programs that pages show, from where they are compiled and run. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

/** The pages that show programs. */
export const PAGES_WITH_EXAMPLES: readonly string[] = ['constructs.md', 'gitops.md'];

/** The page with each program as it should be: between `<!-- example: path -->` and `<!-- end -->`. */
export function withExamples(page: string): string {
  return page.replaceAll(
    /(<!-- example: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, path: string, end: string) => `${begin}\n\`\`\`ts\n${programOf(path)}\`\`\`\n\n${end}`,
  );
}

/** The program as its reader writes it, who has installed the package. */
function programOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8').replace("'../../lib'", "'cdk8s-proxysql'");
}
