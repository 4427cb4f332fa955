// What the command and its workers say to each other: one JSON object a line, over standard input and output. A worker is
// told its job when it starts, says `ready`, and answers every request by one reply.
import { z } from 'zod';

/** `warmup` and `step` do the same job; a worker may do more at its first. `quit` has no reply. */
export type Request = 'warmup' | 'step' | 'quit';

const readySchema = z.object({
  reply: z.literal('ready'),
  /** Trained numbers; 0 where the job has no network. */
  numParameters: z.int().min(0),
  /** Versions and settings, to be shown. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});

const doneSchema = z.object({
  reply: z.literal('done'),
  /** Milliseconds of one job, measured inside the worker. */
  timeMs: z.number().positive(),
  /** A figure that all who do the same job must agree on: the loss before the update, or a sum over what was made. */
  value: z.number(),
});

const errorSchema = z.object({ reply: z.literal('error'), message: z.string() });

const replySchema = z.discriminatedUnion('reply', [readySchema, doneSchema, errorSchema]);

export type Reply = z.output<typeof replySchema>;
export type ReadyReply = z.output<typeof readySchema>;
export type DoneReply = z.output<typeof doneSchema>;

export function encodeRequest(request: Request): string {
  return `${JSON.stringify({ do: request })}\n`;
}

/**
 * Reads a line of a worker.
 *
 * @returns undefined for anything but a reply: libraries print to standard output what they like
 */
export function parseReply(line: string): Reply | undefined {
  try {
    return replySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Reads a line of the command. @returns undefined for anything but a request */
export function parseRequest(line: string): Request | undefined {
  try {
    return z.object({ do: z.enum(['warmup', 'step', 'quit']) }).safeParse(JSON.parse(line)).data?.do;
  } catch {
    return undefined;
  }
}
