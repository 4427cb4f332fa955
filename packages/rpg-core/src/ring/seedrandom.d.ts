// The one generator of the package seedrandom that is used; its index would bring six more along.
declare module 'seedrandom/seedrandom.js' {
  import seedrandom from 'seedrandom';

  export default seedrandom;
}
