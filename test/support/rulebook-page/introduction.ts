import { jurisdictions } from '../../../shared/policy/jurisdictions/all.ts';
import { rulebook } from '../../../shared/policy/rulebook.ts';
import { countries } from './law-rows.ts';
import { table } from './markdown.ts';

/** What somebody has to know before reading an entry. */
export function introduction(): readonly string[] {
  const open = jurisdictions.reduce((sum, { unverified }) => sum + unverified.length, 0);
  return [
    '# Rulebook',
    `${rulebook.length} rules and the law of ${countries.length} countries, for counsel and data` +
      ' protection officers. Generated from the program by `npm run generate`, so that it says' +
      ' what the program does; a change is made in the source and not here. It describes the law' +
      ` of about October 2026. ${open} values are marked *unverified*; they are listed at the end.`,
    '## What is decided, and how',
    'Before a marketing campaign goes out, the gate decides of every recipient whether this' +
      ' message may go to this person, on this channel, for this purpose, at this moment. The' +
      ' answer is *allowed* with the ground that it stands on, or *denied* with every reason.',
    [
      '- **Order.** First the campaign alone (A). Then, for each recipient: the applicable law' +
        ' (B), refusals (C), a ground for the contact (D), profiling (E), the age of the data' +
        ' (F), and the moment (G). Reasons are given in this order.',
      '- **All reasons.** A rule that denies does not stop the others; a recipient sees' +
        ' everything that is in the way. Only a campaign that fails in A is rejected at once, for' +
        " everybody and without reading anybody's data.",
      '- **Denial overrides.** Allowed is only whoever has a ground and no reason against it. No' +
        ' ground outweighs a denial; what lifts a refusal is said in its entry.',
      '- **A missing fact denies.** The burden of proof is on the sender (Art. 5(2), 7(1) GDPR).' +
        ' Such a reason is marked as a *gap*: the law may not have been broken, but nobody can' +
        ' show that it was kept. A rule that cannot be evaluated counts as a gap as well.',
      "- **The strictest law.** The laws of the recipient's residence, of the country of the" +
        " phone number and of the controller's establishment apply together. A ground must carry" +
        ' in each of them, of ages the highest and of periods the shortest counts, and hours must' +
        ' be open in all.',
      '- **Advertising.** Most rules are about advertising. Any advertising makes the whole' +
        ' message advertising (BGH VI ZR 225/17); requests for consent and surveys are' +
        ' advertising as well. A message without any needs an occasion instead of a consent, and' +
        ' respects restrictions, failed deliveries and the applicable law.',
      '- **The moment.** A check holds for 15 minutes, the clearance of a campaign for 24 hours' +
        ' at most. A refusal counts from the moment it is recorded, also in between.',
    ].join('\n'),
    '## How to read an entry',
    'Each rule has a number that it keeps for ever; where a newer rule stands among older ones,' +
      ' the numbers are not in order. The heading is the obligation, with the German below it.' +
      ' The paragraph says how the rule decides, what lifts a refusal and what heals with time;' +
      ' marks such as (OBJ-4) name the entry of the rule catalogue behind it. Then follow what' +
      ' the rule looks at, the reasons with the text that people read, the numbers of the policy,' +
      ' and what the law of each country says between which dates. Days of change belong to the' +
      ' new law; “–” means that no date is set. Names in `typewriter` are those of the program,' +
      ' for comparing with decisions.',
    table(
      ['Mark', 'Certainty', 'Sicherheit', 'What the gate does'],
      [
        ['S', 'statute, or ruling of a supreme court', 'Gesetz, höchstrichterlich', 'hard rule'],
        [
          'G',
          'guidance, lower courts, majority view',
          'Aufsicht, Instanzgerichte, h. M.',
          'hard rule',
        ],
        [
          'P',
          'policy: no law prescribes the number or the mechanism',
          'Richtlinie',
          'a parameter that controllers may tighten',
        ],
        ['U', 'contested or unverified', 'streitig oder ungeprüft', 'mostly the strict reading'],
      ],
    ),
    '*Auf Deutsch:* Vor dem Versand wird für jede einzelne Person entschieden, ob sie beworben' +
      ' werden darf. Alle Regeln werden geprüft und alle Gründe genannt. Ein Nein überwiegt jedes' +
      ' Ja, und eine fehlende Angabe ist ein Nein. Es gilt das strengste Recht von Wohnsitz, Land' +
      ' der Rufnummer und Niederlassung. Unter jeder Überschrift steht die Pflicht auf Deutsch,' +
      ' und jeder Grund steht so da, wie ihn Marketing und Datenschutz in der Entscheidung lesen.',
  ];
}
