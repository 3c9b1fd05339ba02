-- When the receipts of the last days of September arrived in the warehouse.
-- Run on 2026-10-06 at 14:00 UTC.
select received_on,
       count(*)                                                      as receipts,
       count(*) filter (where loaded_at < received_on + interval '1 day 30 minutes')
                                                                     as there_at_half_past_midnight,
       max(loaded_at)                                                as last_arrival
from warehouse.goods_receipts
where received_on between date '2026-09-27' and date '2026-09-30'
group by received_on
order by received_on;

-- received_on | receipts | there_at_half_past_midnight | last_arrival
-- 2026-09-27  |     5102 |                        5102 | 2026-09-27 23:41
-- 2026-09-28  |     5733 |                        5733 | 2026-09-28 23:47
-- 2026-09-29  |     5690 |                        5690 | 2026-09-29 23:44
-- 2026-09-30  |     5804 |                        1934 | 2026-10-01 02:10
