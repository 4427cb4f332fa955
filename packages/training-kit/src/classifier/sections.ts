// Parts of the report of a classifier: what it confuses, pictures with what it said, filters of its first layer.
import type { Slot, WeightSource } from 'rpg-core';
import type { ImageSet } from '../labelled-images/image-set.js';
import type { GalleryImage, Section } from '../report/content.js';
import { evenlyChosen } from '../report/evenly-chosen.js';
import type { Evaluation } from './evaluate.js';

/** Examples shown of those predicted right and of those predicted wrong. */
const GALLERY_SIZE = 10;

/** True class against predicted class on test. */
export function confusionSection(
  { test, classNames }: Pick<ImageSet, 'test' | 'classNames'>,
  { examples, probabilities }: Evaluation,
): Section {
  const numClasses = classNames.length;
  const counts = new Int32Array(numClasses * numClasses);
  for (const [row, example] of examples.entries()) {
    counts[test.labels[example]! * numClasses + ranking(probabilities, row, numClasses)[0]!.label]!++;
  }
  return {
    kind: 'charts',
    title: 'Confusions on test',
    charts: [{ kind: 'confusion', title: 'True class against predicted class', classNames, counts }],
  };
}

/** Test images that were predicted right, or those predicted wrong of which the classifier was most sure. */
export async function gallerySection(
  title: string,
  { test, classNames }: Pick<ImageSet, 'test' | 'classNames'>,
  { examples, probabilities }: Evaluation,
  status: 'right' | 'wrong',
): Promise<Section> {
  const numClasses = classNames.length;
  const [height, width] = test.imageShape;
  const candidates: { row: number; example: number; confidence: number }[] = [];
  for (const [row, example] of examples.entries()) {
    const best = ranking(probabilities, row, numClasses)[0]!;
    if ((best.label === test.labels[example]) === (status === 'right')) {
      candidates.push({ row, example, confidence: best.probability });
    }
  }
  // Mistakes: the most confident ones teach most. Hits: evenly from the whole set, nothing picked.
  const shown =
    status === 'wrong'
      ? candidates.toSorted((a, b) => b.confidence - a.confidence).slice(0, GALLERY_SIZE)
      : evenlyChosen(candidates, GALLERY_SIZE);
  const images: GalleryImage[] = [];
  for (const { row, example } of shown) {
    images.push({
      pixels: { data: await test.imageAt(example), width, height, channels: 3 },
      caption: classNames[test.labels[example]!]!,
      status,
      probabilities: ranking(probabilities, row, numClasses)
        .slice(0, 3)
        .map(({ label, probability }) => ({ label: classNames[label]!, value: probability })),
    });
  }
  return { kind: 'images', title, note: 'Captions are the true classes, bars the three most probable ones.', images };
}

/** The kernel of the stem, as it was trained. @param kernel its slot, [height, width, 3, filters] */
export function stemFilters(source: Pick<WeightSource, 'trainables'>, kernel: Slot): Section {
  const trained = source.trainables.get(kernel.name)!;
  const [height, width, channels, numFilters] = trained.shape as [number, number, number, number];
  return {
    kind: 'filters',
    title: 'Filters of the stem',
    values: trained.dataSync(),
    shape: [height, width, channels, numFilters],
  };
}

/** The classes of the example in `row`, most probable first. */
function ranking(
  probabilities: Float32Array,
  row: number,
  numClasses: number,
): { label: number; probability: number }[] {
  return Array.from({ length: numClasses }, (_, label) => ({
    label,
    probability: probabilities[row * numClasses + label]!,
  })).toSorted((a, b) => b.probability - a.probability);
}
