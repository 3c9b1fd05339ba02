select count(*) from prices;
