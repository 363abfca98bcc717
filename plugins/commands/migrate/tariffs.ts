import { deviceOf } from './devices.ts';
import type { Draft, Fields } from './draft.ts';
import type { Section } from './section.ts';

const ROLES = ['grid', 'feedin', 'planner', 'co2', 'solar', 'temperature'] as const;

export function migrateTariffs(root: Section, draft: Draft): void {
  const section = root.section('tariffs');
  if (!section) return;
  const tariffs: Fields = {};
  const currency = section.text('currency');
  if (currency !== undefined) tariffs.currency = currency;
  for (const role of ROLES) {
    const several = Array.isArray(section.get(role)?.value);
    const found = section.sections(role).flatMap((each) => {
      const at = several ? each : (section.section(role) ?? each);
      const tariff = deviceOf(at, 'tariff', draft);
      if (!tariff) draft.lost(['tariffs', role], each.line, `this ${role} tariff is left out`);
      return tariff ?? [];
    });
    const [first, ...others] = found;
    if (first) tariffs[role] = role === 'solar' && others.length > 0 ? found : first;
    if (role !== 'solar' && others.length > 0)
      draft.lost(['tariffs', role], section.line, `only the first ${role} tariff is taken`);
  }
  section.close();
  if (Object.keys(tariffs).length > 0) draft.config.tariffs = tariffs;
}
