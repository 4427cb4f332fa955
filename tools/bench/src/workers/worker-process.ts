// A process that computes when it is asked to, and says nothing else. One that dies, hangs or fails is told of by its
// name and its own last words.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type DoneReply, encodeRequest, parseReply, type ReadyReply, type Reply } from './protocol.js';

/** A program to start. */
export interface WorkerCommand {
  /** For errors: `torch/ring/float32/eager`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Laid over this process's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What to try when it fails, one sentence; shown behind its last words. */
  readonly remedy: string;
}

/** A worker that is ready. */
export interface WorkerProcess {
  readonly ready: ReadyReply;
  /** Does the job once. @throws Error when the worker fails, dies or stays silent */
  run(request: 'warmup' | 'step'): Promise<DoneReply>;
  /** Most main memory it held so far, in bytes; undefined where the system does not tell. */
  peakRssBytes(): Promise<number | undefined>;
  /** Ends it, at the latest by SIGKILL; never rejects. */
  quit(): Promise<void>;
}

/** Compiling a network on two cores takes minutes. */
const SILENCE_LIMIT_MS = 900_000;
const QUIT_LIMIT_MS = 5_000;
const LAST_WORDS = 2_000;

/**
 * Starts a worker and waits until it is ready.
 *
 * @throws Error when it cannot be started, or says that it failed
 */
export async function startWorker(
  spec: WorkerCommand,
  { silenceLimitMs = SILENCE_LIMIT_MS }: { silenceLimitMs?: number } = {},
): Promise<WorkerProcess> {
  const child = spawn(spec.command, spec.args, { env: { ...process.env, ...spec.env } });
  const conversation = new Conversation(spec, child, silenceLimitMs);
  try {
    const ready = await conversation.next('its start');
    if (ready.reply !== 'ready') throw conversation.failure(`said '${ready.reply}' before 'ready'`);
    return {
      ready,
      async run(request) {
        conversation.say(request);
        const reply = await conversation.next(`'${request}'`);
        if (reply.reply !== 'done') throw conversation.failure(`answered '${request}' by '${reply.reply}'`);
        return reply;
      },
      peakRssBytes: () => peakRssBytes(child.pid),
      quit: () => conversation.quit(),
    };
  } catch (error) {
    await conversation.quit();
    throw error;
  }
}

/** One child, its replies in order, and what it printed besides. */
class Conversation {
  readonly #spec: WorkerCommand;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #silenceLimitMs: number;
  readonly #replies: Reply[] = [];
  readonly #ended: Promise<void>;
  #lastWords = '';
  #end: string | undefined;
  #wake: () => void = () => undefined;

  constructor(spec: WorkerCommand, child: ChildProcessWithoutNullStreams, silenceLimitMs: number) {
    this.#spec = spec;
    this.#child = child;
    this.#silenceLimitMs = silenceLimitMs;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const reply = parseReply(line);
      if (reply === undefined) this.#keep(`${line}\n`);
      else this.#replies.push(reply);
      this.#wake();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#keep(text);
    });
    child.stdin.on('error', () => undefined); // a worker that died is noticed by its end
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#end ??= how;
        this.#wake();
        resolve();
      };
      child.once('error', (error) => {
        end(`could not be started (${error.message})`);
      });
      child.once('close', (code, signal) => {
        end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}${hintOf(signal)}`);
      });
    });
  }

  #keep(text: string): void {
    this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
  }

  say(request: 'warmup' | 'step'): void {
    this.#child.stdin.write(encodeRequest(request));
  }

  /** The next reply; an `error` of the worker is thrown. */
  async next(askedFor: string): Promise<Reply> {
    const patience = { isOver: false };
    const timer = setTimeout(() => {
      patience.isOver = true;
      this.#wake();
    }, this.#silenceLimitMs);
    try {
      for (;;) {
        const reply = this.#replies.shift();
        if (reply?.reply === 'error') throw this.failure(`failed at ${askedFor}: ${reply.message}`);
        if (reply !== undefined) return reply;
        if (this.#end !== undefined) throw this.failure(`${this.#end} at ${askedFor}`);
        if (patience.isOver) throw this.failure(`gave no answer to ${askedFor} for ${this.#silenceLimitMs / 1000} s`);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  failure(what: string): Error {
    const words = this.#lastWords.trim();
    const quoted = words === '' ? 'It printed nothing.' : `Its last words:\n${words}`;
    return new Error(`The worker ${this.#spec.name} ${what.replace(/\.$/, '')}.\n${quoted}\n${this.#spec.remedy}`);
  }

  async quit(): Promise<void> {
    if (this.#end !== undefined) return;
    this.#child.stdin.end(encodeRequest('quit'));
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), QUIT_LIMIT_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}

function hintOf(signal: NodeJS.Signals): string {
  return signal === 'SIGKILL' ? ' (often: the machine ran out of memory; time fewer variants at once)' : '';
}

/** VmHWM of Linux: the high-water mark of resident memory. */
async function peakRssBytes(pid: number | undefined): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'latin1');
    const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined; // other systems have no /proc
  }
}
