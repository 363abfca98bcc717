import './system.css';
import type { JSX } from 'preact';
import { Problems } from '../../parts/problems.tsx';
import { useText } from '../../text/text.tsx';
import { About } from './about.tsx';
import { Devices } from './devices.tsx';
import { Log, useLog } from './log.tsx';
import { Plugins } from './plugins.tsx';
import { useReport } from './report.ts';

/** Places of devices that stand in the database; all others are in the file */
const IN_DATABASE = /^\w+\["db:/;

/** How the house itself is: configuration, devices, plugins, what they had to complain about, version. */
export default function System(): JSX.Element {
  const { t } = useText();
  const report = useReport();
  const log = useLog();
  const problems = report?.problems ?? [];
  return (
    <div class="system">
      {(['problems', 'misfits'] as const).map((kind) => {
        const list = problems.filter(({ path }) => IN_DATABASE.test(path) === (kind === 'misfits'));
        return list.length > 0 ? (
          <section class="card" aria-label={t(`system.${kind}`)} key={kind}>
            <h2>{t(`system.${kind}`)}</h2>
            <p>{t(`system.${kind}.text`)}</p>
            <Problems list={list} />
          </section>
        ) : null;
      })}
      <Devices readings={report?.devices ?? []} />
      {report && <Plugins names={report.plugins} lines={log.lines} />}
      <Log {...log} />
      <About />
    </div>
  );
}
