// The datasets that a config can ask for.

export const datasetNames = ['rendered', 'mpii'] as const;
export type DatasetName = (typeof datasetNames)[number];
