import { readFileSync } from 'node:fs';

/*
 * After a run of Stryker: every mutant that survived stands in `survivors.md` under the reason why
 * no test can or need fail, and everything that stands there survived. Ends with 1 otherwise, and
 * as long as the list names some that await a test.
 */

const shortened = (text) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
};

/** The changed text, as it stands between two positions of the report. */
function originalOf({ start, end }, source) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = lines[last].slice(0, end.column - 1);
  return lines.join('\n').slice(start.column - 1);
}

const { files } = JSON.parse(readFileSync('coverage/mutation/report.json', 'utf8'));
const survived = Object.entries(files).flatMap(([path, { source, mutants }]) =>
  mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location, replacement }) => {
      const name = path.replace('shared/policy/', '');
      const change = `${shortened(originalOf(location, source))} => ${shortened(replacement)}`;
      return { path: `${path}:${location.start.line}`, line: `- ${name}: \`${change}\`` };
    }),
);

const list = readFileSync(new URL('survivors.md', import.meta.url), 'utf8').split('\n');
const awaiting = list.findIndex((line) => line.startsWith('## No test yet'));
const reasons = awaiting < 0 ? list : list.slice(0, awaiting);
const excused = reasons.filter((line) => line.startsWith('- '));
const unexcused = survived.filter(({ line }) => !excused.includes(line));
const judged = (line) => `shared/policy/${line.slice(2, line.indexOf(':'))}` in files;
const killed = excused.filter(
  (line) => judged(line) && !survived.some((mutant) => mutant.line === line),
);

for (const { path, line } of unexcused) process.stdout.write(`survived (${path})\n${line}\n`);
for (const line of killed) process.stdout.write(`no longer survives\n${line}\n`);
process.stdout.write(
  `${survived.length} survived: ${survived.length - unexcused.length} with a reason, ` +
    `${unexcused.length} without; ${killed.length} reasons without a survivor\n`,
);
process.exitCode = unexcused.length + killed.length === 0 ? 0 : 1;
