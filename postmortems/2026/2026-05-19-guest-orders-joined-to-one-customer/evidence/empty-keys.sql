-- Online orders since the release, by state of the customer number before hashing.
-- Run on 2026-06-02 at 14:10 UTC.
select case when customer_number is null then 'null'
            when customer_number = ''    then 'empty'
            else 'present' end as customer_number,
       count(*)                as orders
from warehouse.shop_orders
where ordered_on >= date '2026-05-19'
group by 1;

-- customer_number | orders
-- present         | 187322
-- empty           |  48160
