-- Receipts that stand in the table more than once, by hour of sale.
-- Run on 2024-11-29 at 14:05 UTC.
select date_trunc('hour', sold_at) as hour_of_sale,
       count(*)                    as receipts_twice
from (
    select store, till, receipt, min(sold_at) as sold_at
    from warehouse.till_sales
    where sold_on = date '2024-11-29' and line = 1
    group by store, till, receipt
    having count(*) > 1
) as twice
group by 1
order by 1;

-- hour_of_sale     | receipts_twice
-- 2024-11-29 09:00 |         121400
-- 2024-11-29 10:00 |         139100
-- 2024-11-29 11:00 |          57500
