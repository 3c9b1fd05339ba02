-- Online orders since 1 June by currency, and the rate that was applied.
-- Run on 2025-07-01 at 10:10 UTC.
select o.currency,
       coalesce(r.rate, 1)                     as rate_used,
       count(*) filter (where r.rate is null)  as without_rate,
       count(*)                                as orders
from warehouse.shop_orders as o
left join warehouse.exchange_rates as r
  on r.currency = o.currency and r.day = o.ordered_on
where o.ordered_on >= date '2025-06-01'
group by 1, 2
order by orders desc;

-- currency | rate_used | without_rate | orders
-- EUR      |    1.0000 |       611204 | 611204
-- SEK      |    1.0000 |         5187 |   5187
