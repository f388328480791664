'use strict';

// One image, two programs: the first argument names the one to run, and nothing of the other is loaded.
const PROGRAMS = ['operator', 'sidecar'];

const [program] = process.argv.splice(2, 1);
if (PROGRAMS.includes(program)) {
  require(`./${program}.js`);
} else {
  const given = program === undefined ? 'There is no first argument' : `The first argument is "${program}"`;
  process.stderr.write(`${given}. It must name the program to run: ${PROGRAMS.join(' or ')}.\n`);
  process.exitCode = 64;
}
