import type { Choice } from './question.ts';

/**
 * Points that the catalogue leaves open. The oracle takes the stricter reading; the gate takes
 * another one, for the reason that stands here, or is stricter still, where the reason says so. A
 * disagreement that vanishes under these choices is explained by them, and counted under their
 * names.
 */
export const choices: ReadonlyMap<Choice, string> = new Map([
  ['stated-number-country', 'decision 10: a stated country replaces that of the number itself'],
  [
    'profiling-consent',
    'decision 10: not tied to a purpose or to use; covers the attributes that it uses',
  ],
  ['lift-of-another-ground', 'decision 10: another text ends a restriction that stands alone'],
  ['hold-of-an-active-customer', 'data of an active customer are not held for duties alone'],
  ['confirmation-clears-bounce', 'a newer double opt-in came from that very address'],
  ['consent-to-p8', 'chapter C row 5: a consent to P8 is the ground of Art. 22(2)(c)'],
  ['methods-of-other-channels', 'API 1 names methods for e-mail and calls; doi_sms fits a number'],
  ['blocks-stop-advertising', 'a block list is about advertising; a service message is none'],
  ['services-without-unsubscribe', 'CNT-3: the way out is owed with advertising'],
  ['customers-of-bought-data', 'a relationship of its own carries, wherever data came from'],
  ['consent-younger-than-a-check', 'nothing can have annulled it for longer than a result holds'],
  ['consent-overrides-hours', 'A.6 and E, FR: the consent overrides the window'],
  ['number-of-another-channel', 'the law of the number that is contacted, not of every one known'],
  ['first-use-in-days', 'months between two past instants as days, which needs no calendar'],
  [
    'withdrawal-bars-other-grounds',
    'stricter: whoever withdrew is not contacted on another ground',
  ],
  ['first-use-on-any-channel', 'decision 10: a consent is one, and used on any of its channels'],
  ['orders-need-a-sale', 'stricter: an order without a sale on record makes no customer'],
  ['links-of-the-same-instant', 'stricter: what was linked in that instant was not linked before'],
  ['years-without-holidays', 'stricter: no calls in years whose holidays the gate does not know'],
  ['calendar-of-the-controller', 'days and months by the calendar, not by elapsed hours'],
  ['adequate-without-being-named', 'TRF-1 asks for an adequate country, not for the word'],
  ['consent-lifts-for-all-names', 'names of one recipient are one person, as the caller says'],
  ['running-contract-before-bloctel', 'L223-1 as it was excepted running contracts from Bloctel'],
  [
    'withdrawal-of-one-channel',
    'stricter: whoever withdrew one of its channels has ended a consent to profiling',
  ],
  ['political-whatever-the-content', 'stricter: a political campaign is no service message'],
  [
    'stated-before-the-link',
    'stricter: a country stated of somebody whose number came later leaves the law unknown',
  ],
  ['who-shares-narrows', 'stricter: what is said of whoever shares the address narrows'],
  ['youngest-of-the-named', 'stricter: of all whom the caller names as one, the youngest age'],
  ['birthdays-begin-everywhere', 'stricter: a birthday has come when it has come in every zone'],
  ['age-at-confirmation', 'DOI-1: there is no consent before its confirmation'],
]);
