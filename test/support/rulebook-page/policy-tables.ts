import * as z from 'zod';
import {
  looseness,
  PolicyDraftOverrides,
  policyTable,
  type PolicyParameter,
} from '../../../shared/contract/policy-overrides.ts';
import { counted, table, wordsFor } from './markdown.ts';
import { parameterWords, type ParameterWords } from './words/parameters.ts';

/** A parameter of the policy with its words. */
interface Parameter {
  /** `consent.dormancyMonths`. */
  readonly name: string;
  readonly parameter: PolicyParameter;
  readonly words: ParameterWords;
}

const dictionary: Readonly<Record<string, Readonly<Record<string, ParameterWords>>>> =
  parameterWords;

/** Every parameter in the order of the policy, by name. */
export const parameters: ReadonlyMap<string, Parameter> = new Map(
  Object.entries(policyTable).flatMap(([section, values]) =>
    Object.entries(values).map(([key, parameter]): [string, Parameter] => {
      const place = 'words/parameters.ts';
      const words = wordsFor(wordsFor(dictionary, section, place), key, place);
      return [`${section}.${key}`, { name: `${section}.${key}`, parameter, words }];
    }),
  ),
);

/** A value with its unit, or what a switch that stands so means. */
function valueInWords({ words, name }: Parameter, value: unknown): string {
  if (typeof value === 'number' && words.unit !== null) return counted(value, words.unit);
  return wordsFor(words.values ?? {}, String(value), `words/parameters.ts (${name})`);
}

export function standardInWords(parameter: Parameter): string {
  return valueInWords(parameter, parameter.parameter.standard);
}

/** In which direction, and how far, a controller may change a parameter. */
export function freedomInWords(parameter: Parameter): string {
  const { order, override, standard } = parameter.parameter;
  if (typeof order === 'string') {
    const { minimum, maximum } = z.toJSONSchema(override);
    return order === 'lower'
      ? `may only lower it, down to ${valueInWords(parameter, minimum)}`
      : `may only raise it, up to ${valueInWords(parameter, maximum)}`;
  }
  const rank = (value: unknown) => looseness(parameter.parameter, value);
  const words = (some: readonly unknown[]) =>
    some.map((value) => `“${valueInWords(parameter, value)}”`).join(' or ');
  const stricter = order.filter((value) => rank(value) < rank(standard));
  const looser = order.filter((value) => rank(value) > rank(standard));
  const [section = '', key = ''] = parameter.name.split('.');
  const released = looser.filter(
    (value) => PolicyDraftOverrides.safeParse({ [section]: { [key]: value } }).success,
  );
  const own = stricter.length === 0 ? 'may not change it' : `may set it to ${words(stricter)}`;
  return released.length === 0 ? own : `${own}; two people may release ${words(released)}`;
}

/** All parameters: what they mean, their default, what a controller may do, what they rest on. */
export function parameterTable(): string {
  return table(
    ['Parameter', 'Default', 'A controller …', 'Rests on', 'Name'],
    [...parameters.values()].map((parameter) => [
      `${parameter.words.en} · *${parameter.words.de}*`,
      standardInWords(parameter),
      freedomInWords(parameter),
      parameter.words.source,
      `\`${parameter.name}\``,
    ]),
  );
}
