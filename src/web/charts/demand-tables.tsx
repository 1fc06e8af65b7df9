import { useState } from 'react';
import { TableFrame } from '../components/table-frame.tsx';
import { dayWithWeekday, month } from '../format/date.ts';
import { decimal, unitName, units } from '../format/number.ts';
import type { DemandData } from './demand-data.ts';
import { forecastRows, monthRows } from './demand-words.ts';

/** The chart as tables, for whoever reads rather than looks. */
export function DemandTables({ data, unit }: { data: DemandData; unit: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as tables</summary>
      {open && <Tables data={data} unit={unit} />}
    </details>
  );
}

function Tables({ data, unit }: { data: DemandData; unit: string }) {
  return (
    <>
      <TableFrame label="Forecast by day">
        <table className="table">
          <caption>Forecast by day, {unitName(unit)}</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" className="num">
                Expected
              </th>
              <th scope="col" className="num">
                80 % from
              </th>
              <th scope="col" className="num">
                to
              </th>
            </tr>
          </thead>
          <tbody>
            {forecastRows(data).map((row) => (
              <tr key={row.day}>
                <th scope="row">{dayWithWeekday(row.day)}</th>
                <td className="num">{decimal(row.mean, 1)}</td>
                <td className="num">{decimal(row.low, 1)}</td>
                <td className="num">{decimal(row.high, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      <TableFrame label="Sales by month">
        <table className="table">
          <caption>Sales by month, {unitName(unit)}</caption>
          <thead>
            <tr>
              <th scope="col">Month</th>
              <th scope="col" className="num">
                Sold
              </th>
              <th scope="col" className="num">
                Days known
              </th>
            </tr>
          </thead>
          <tbody>
            {monthRows(data).map((row) => (
              <tr key={row.month}>
                <th scope="row">{month(row.month)}</th>
                <td className="num">{units(row.units)}</td>
                <td className="num">{row.days}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </>
  );
}
