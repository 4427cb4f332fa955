// CIFAR-10 and CIFAR-100: the official archives and binaries, and the sets that are made of them.
export { cifarArchives, fetchCifar, type CifarArchive, type FetchedCifar } from './cifar-archive.js';
export { openCifar, type CifarSettings } from './cifar-set.js';
export { cifar100Format, cifar10Format, type CifarFormat } from './cifar.js';
