const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Runs one named step and prints how long it took. Output goes to stderr, so stdout stays a program's own. */
export async function stage(name, body) {
  console.error(`\n== ${name}`);
  const began = performance.now();
  try {
    const result = await body();
    console.error(`== ${name}: done in ${seconds(performance.now() - began)}`);
    return result;
  } catch (error) {
    console.error(`== ${name}: FAILED after ${seconds(performance.now() - began)}`);
    throw error;
  }
}
