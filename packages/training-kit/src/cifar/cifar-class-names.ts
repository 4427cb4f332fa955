// The class names of the official sets (batches.meta.txt, fine_label_names.txt), in label order. Kept here because
// many copies of the binaries come without those files.

export const cifar10ClassNames: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

// Words in one string each: a hundred lines of one word say no more.
export const cifar100ClassNames: readonly string[] = `
  apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle
  caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant
  flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man
  maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
  plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail
  snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout
  tulip turtle wardrobe whale willow_tree wolf woman worm
`
  .trim()
  .split(/\s+/);
