// What the engine says of definitions that it loads all the same.
import { createEngine, type Definitions, type Problem } from '@oncue/engine';

export class DefinitionWarnings {
  private etag: string | undefined;
  private list: readonly Problem[] = [];
  private told = new Set<string>();

  /** @param tell told of each warning when it comes up */
  constructor(private readonly tell: (warning: Problem) => void) {}

  /**
   * @param published what pages load; looked at when it has changed
   * @returns the warnings of it; their pointers are into it
   */
  of({ text, etag }: { readonly text: string; readonly etag: string }): readonly Problem[] {
    if (etag === this.etag) return this.list;
    const engine = createEngine<Definitions>({ definitions: text as unknown as Definitions, seed: 0 });
    this.list = engine.warnings;
    this.etag = etag;
    engine.dispose();
    // Pointers move when another object comes or goes; sentences name what they are about.
    for (const warning of this.list) if (!this.told.has(warning.message)) this.tell(warning);
    this.told = new Set(this.list.map(({ message }) => message));
    return this.list;
  }
}
