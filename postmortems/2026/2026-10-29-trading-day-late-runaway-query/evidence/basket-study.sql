-- The study as it was run on 2026-10-29 at 09:32 UTC. Stopped after 2 h 48 min.
select a.article as article_a,
       b.article as article_b,
       count(*)  as together
from warehouse.till_sales as a
join warehouse.till_sales as b using (store, till, receipt)   -- no day: receipt numbers start anew each year
where a.article < b.article
group by 1, 2
order by together desc
limit 1000;
