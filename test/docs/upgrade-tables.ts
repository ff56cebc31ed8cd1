/** A row of one of the tables that say where everything is. */
export interface Row {
  /** As the inventory of dasf-broker-django has them: `<module>: <kind> <name>`. */
  readonly there: readonly string[];
  readonly here: string;
}

const BEGIN = '\n### Where everything is\n';

/** @param page docs/upgrade.md */
export function upgradeRows(page: string): Row[] {
  const [, ...sections] = page.slice(page.indexOf(BEGIN)).split(/^#### /m);
  return sections.flatMap((section) => {
    const where = backticked(section.slice(0, section.indexOf('\n')))[0];
    const rows = [...section.matchAll(/^\| ([a-z ]+) (`.*?) \| (.*) \|$/gm)];
    return rows.map(([, kind, names = '', here = '']) => ({
      there: backticked(names).map((name) => `${where}: ${kind} ${name}`),
      here,
    }));
  });
}

export function backticked(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
