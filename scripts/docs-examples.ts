/** The programs that pages show, from examples/, where they are compiled and run. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

/** The pages that show programs. */
export const PAGES_WITH_EXAMPLES: readonly string[] = ['gitops.md'];

/** The page with each program as it should be: between `<!-- example: name -->` and `<!-- end -->`. */
export function withExamples(page: string): string {
  return page.replaceAll(
    /(<!-- example: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n\`\`\`ts\n${programOf(name)}\`\`\`\n\n${end}`,
  );
}

/** The program as its reader writes it, who has installed the package. */
function programOf(name: string): string {
  return readFileSync(join(ROOT, 'examples', name, 'main.ts'), 'utf8').replace("'../../lib'", "'cdk8s-proxysql'");
}
