-- Row counts of the price table by load date.
-- Run on 2026-03-14 at 12:10 UTC, after the replay; the column "first_load" is from the audit table.
select
    p.load_date,
    a.rows_merged              as first_load,
    count(*)                   as now,
    count(*) - a.rows_merged   as added_by_replay
from warehouse.supplier_prices as p
join audit.price_load as a
  on a.load_date = p.load_date and a.attempt = 1
where p.load_date between date '2026-03-10' and date '2026-03-14'
group by p.load_date, a.rows_merged
order by p.load_date;

-- load_date   | first_load |    now | added_by_replay
-- 2026-03-10  |     185990 | 185990 |               0
-- 2026-03-11  |     186012 | 186012 |               0
-- 2026-03-12  |     186177 | 186177 |               0
-- 2026-03-13  |     186150 | 186150 |               0
-- 2026-03-14  |     109871 | 186204 |           76333
