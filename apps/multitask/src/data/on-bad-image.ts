// What becomes of frames with a file that is missing or cannot be read: the run stops, or goes on without them.
export const onBadImageChoices = ['stop', 'skip'] as const;
export type OnBadImage = (typeof onBadImageChoices)[number];
