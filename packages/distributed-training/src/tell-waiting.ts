// A word every ten seconds about who is missing.

const TELL_EVERY_MS = 10_000;

/** @param missing who it is; '' for nobody, and then nothing is told @returns stops telling */
export function tellWaiting(note: (line: string) => void, missing: () => string | Promise<string>): () => void {
  const start = performance.now();
  const tell = async (): Promise<void> => {
    const who = await missing();
    const seconds = Math.round((performance.now() - start) / 1000);
    if (who !== '') note(`Waiting for ${who}; ${seconds} s.`);
  };
  const timer = setInterval(() => void tell(), TELL_EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}
