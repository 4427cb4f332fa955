// Event files for TensorBoard: scalars and PNG images. Message and field numbers are those of TensorFlow's
// event.proto and summary.proto; records are framed as TFRecord (length, its
// checksum, data, its checksum).
import { appendFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join as joinPath } from 'node:path';
import {
  bytesField,
  doubleField,
  floatField,
  integerField,
  messageField,
  type Pieces,
  stringField,
} from 'tensorflow-runtime/protobuf-wire';
import { writeError } from '../files/write-error.js';
import { maskedCrc32c } from './crc32c.js';

const eventFields = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const summaryFields = { value: 1 } as const;
const valueFields = { tag: 1, simpleValue: 2, image: 4 } as const;
const imageFields = { height: 1, width: 2, colorspace: 3, encoded: 4 } as const;
const sessionLogFields = { status: 1 } as const;
const STATUS_START = 1;
const RGB = 3;

/** Writes each event at once, so that a killed process loses none. Failing writes throw DataError. */
export interface TensorboardWriter {
  readonly file: string;
  scalars(step: number, values: Readonly<Record<string, number>>): void;
  /** @param png an encoded image of `width` × `height` pixels */
  image(step: number, tag: string, png: Uint8Array, width: number, height: number): void;
}

export interface TensorboardOptions {
  /** Folder that TensorBoard is pointed at. It shows all event files of one folder as one run. */
  readonly folder: string;
  /**
   * Steps made before. TensorBoard drops what older files of the folder say about this step and later ones, so that a
   * resumed run does not show the lost part twice.
   */
  readonly fromStep: number;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** Starts a new event file. */
export function openTensorboard({ folder, fromStep, now }: TensorboardOptions): TensorboardWriter {
  // TensorBoard reads the files of a folder in the order of their names.
  const started = now();
  const file = joinPath(
    folder,
    `events.out.tfevents.${started.toFixed(3).padStart(14, '0')}.${process.pid}.${hostname()}`,
  );
  const append = (...fields: Pieces[]) => {
    try {
      appendFileSync(file, frame(Buffer.concat([doubleField(eventFields.wallTime, now()), ...fields].flat())));
    } catch (error) {
      throw writeError(file, error);
    }
  };
  append(stringField(eventFields.fileVersion, 'brain.Event:2'));
  append(
    integerField(eventFields.step, fromStep + 1),
    messageField(eventFields.sessionLog, [integerField(sessionLogFields.status, STATUS_START)]),
  );
  return {
    file,
    scalars(step, values) {
      const summary = Object.entries(values).map(([name, value]) =>
        messageField(summaryFields.value, [
          stringField(valueFields.tag, name),
          floatField(valueFields.simpleValue, value),
        ]),
      );
      append(integerField(eventFields.step, step), messageField(eventFields.summary, summary));
    },
    image(step, name, png, width, height) {
      const image = [
        integerField(imageFields.height, height),
        integerField(imageFields.width, width),
        integerField(imageFields.colorspace, RGB),
        bytesField(imageFields.encoded, png),
      ];
      const value = messageField(summaryFields.value, [
        stringField(valueFields.tag, name),
        messageField(valueFields.image, image),
      ]);
      append(integerField(eventFields.step, step), messageField(eventFields.summary, [value]));
    },
  };
}

/** One TFRecord: uint64 length, its masked sum, the data, its masked sum; all little-endian. */
function frame(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true);
  return Buffer.concat([length, uint32(maskedCrc32c(length)), data, uint32(maskedCrc32c(data))]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
