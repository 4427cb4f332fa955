// For tests: no text of a command advises a flag that the command does not have, or that a resumed run may not change.
export { flagsOf, textsOf, timesAlone, readsARun, type Exemptions } from './command-texts.js';
