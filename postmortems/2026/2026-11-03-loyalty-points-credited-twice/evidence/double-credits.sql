-- Bonus credits of October that stand in the ledger twice.
-- Run on 2026-11-04 at 10:30 UTC.
select count(*)                as members,
       sum(points_second)      as points_too_many
from (
    select member_key, sum(points) filter (where nth = 2) as points_second
    from (
        select member_key, points,
               row_number() over (partition by member_key, reason order by booked_at) as nth
        from warehouse.loyalty_ledger
        where reason = 'bonus-2026-10'
    ) as numbered
    group by member_key
) as per_member
where points_second > 0;

-- members | points_too_many
--   83112 |         9141800
