import { allMutators } from '../../node_modules/@stryker-mutator/instrumenter/dist/src/mutators/index.js';

/*
 * What is a decision and what is a text about it. Stryker does not change numbers, and of a list it
 * takes away all or nothing; the law of a country is made of both. So three mutators are added:
 * periods, ages and caps grow by one, hours by a minute, dates by a day, and a list of the law loses
 * one of its members. The list of mutators is no public interface: the version is pinned.
 */

/** Texts for readers, and labels and numbers of the log that no decision depends on. */
const texts = new Set([
  'obligation',
  'authority',
  'authorities',
  'certainty',
  'inputs',
  'number',
  'unverified',
  'note',
]);

function nameOf(node) {
  return node?.type === 'ObjectProperty' && !node.computed ? (node.key.name ?? node.key.value) : '';
}

function isMessage(path) {
  const { parent } = path;
  if (path.node.type !== 'StringLiteral' && path.node.type !== 'TemplateLiteral') return false;
  if (parent.type === 'NewExpression') return /Error$/.test(parent.callee.name ?? '');
  return parent.type === 'CallExpression' && parent.callee.name === 'assert';
}

const textIgnorer = {
  shouldIgnore(path) {
    if (texts.has(nameOf(path.node))) return `a text: ${nameOf(path.node)}`;
    return isMessage(path) ? 'the message of an error' : undefined;
  },
};

/** The pieces of Stryker's plugin interface, in its own words: a kind, a name and a value. */
export const strykerPlugins = [{ kind: 'Ignore', name: 'texts', value: textIgnorer }];

function isKey(path) {
  return path.parent.type === 'ObjectProperty' && path.parent.key === path.node;
}

/** A country's law as data, where a string is a member of a closed set. */
function isLawAsData(path) {
  const program = path.find((parent) => parent.isProgram());
  return program.node.body.some(
    ({ type, source }) =>
      type === 'ImportDeclaration' &&
      (source.value === './building-blocks.ts' || source.value === '../jurisdiction.ts'),
  );
}

/** The empty string in place of such a member is refused by the compiler and when it is loaded. */
const strings = allMutators.find(({ name }) => name === 'StringLiteral');
allMutators[allMutators.indexOf(strings)] = {
  ...strings,
  *mutate(path) {
    if (!isLawAsData(path)) yield* strings.mutate(path);
  },
};

allMutators.push({
  name: 'ArrayElement',
  *mutate(path) {
    if (!path.isArrayExpression() || path.node.elements.length < 2 || !isLawAsData(path)) return;
    for (const dropped of path.node.elements.keys()) {
      const elements = path.node.elements.filter((_element, index) => index !== dropped);
      yield { type: 'ArrayExpression', elements: structuredClone(elements) };
    }
  },
});

allMutators.push({
  name: 'NumericLiteral',
  *mutate(path) {
    if (!path.isNumericLiteral() || isKey(path)) return;
    yield { type: 'NumericLiteral', value: path.node.value + 1 };
  },
});

allMutators.push({
  name: 'TimeLiteral',
  *mutate(path) {
    if (!path.isStringLiteral() || isKey(path)) return;
    const later = laterThan(path.node.value);
    if (later !== null) yield { type: 'StringLiteral', value: later };
  },
});

function laterThan(text) {
  if (/^\d\d:\d\d$/.test(text)) return `${text.slice(0, -1)}1`;
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  return new Date(Date.parse(text) + 86_400_000).toISOString().slice(0, 10);
}
