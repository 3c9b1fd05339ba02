-- Every figure, counted from the tables of facts as `debrief.metrics` counts it in Python.
--
-- A case is one row of `cases`: something that belongs to the period, the part and the figure, with
-- a value. A share is the mean of cases that are 100 or 0, a count the number of cases, all others
-- a median. What belongs to a period and has no value is in `lacking`.
--
-- in_dimension: 'all', 'severity', 'domain' or 'team'.
-- in_periods: a list of {'first_day', 'last_day', 'as_of'}.

CREATE MACRO figures_for(in_dimension, in_periods) AS TABLE
WITH
-- As much of each period as has passed by the day.
period AS (
  SELECT DISTINCT
    asked.first_day::DATE AS first_day,
    least(asked.last_day::DATE, asked.as_of::DATE) AS last_day,
    asked.as_of::DATE AS as_of
  FROM (SELECT unnest(in_periods) AS asked)
  WHERE CASE WHEN in_dimension IN ('all', 'severity', 'domain', 'team') THEN true
    ELSE error('a dimension is all, severity, domain or team') END
),

-- What there is, with the part that it belongs to: an outage of two domains is there twice.
outage AS (
  SELECT outages.*, if(in_dimension = 'all', 'all', coalesce(outage_groups.part, '')) AS part
  FROM outages LEFT JOIN outage_groups
    ON outage_groups.postmortem_id = outages.postmortem_id
    AND outage_groups.dimension = in_dimension
),
action AS (
  SELECT actions.*, if(in_dimension = 'all', 'all', coalesce(action_groups.part, '')) AS part,
    actions.is_open OR actions.ended_on IS NOT NULL AS is_countable
  FROM actions LEFT JOIN action_groups
    ON action_groups.action_key = actions.action_key
    AND action_groups.dimension = in_dimension
  WHERE actions.is_counted
),
asset AS (
  SELECT assets.*, if(in_dimension = 'all', 'all', coalesce(asset_groups.part, '')) AS part
  FROM assets LEFT JOIN asset_groups
    ON asset_groups.asset_id = assets.asset_id
    AND asset_groups.dimension = in_dimension
  WHERE assets.gone_on IS NULL AND in_dimension <> 'severity' -- no asset has a severity
),
part AS (
  SELECT part FROM outage UNION SELECT part FROM action UNION SELECT part FROM asset
  UNION SELECT 'all' WHERE in_dimension = 'all'
),

-- Outages that began in the period and had been detected by the day.
began AS (
  SELECT period.*, outage.* FROM period JOIN outage
    ON began_on BETWEEN first_day AND last_day AND known_on <= as_of
),
wrong AS (
  SELECT wrong_data.*, coalesce(assets.domain, '') AS domain
  FROM wrong_data LEFT JOIN assets USING (asset_id)
),
-- Each pair of an asset and a date of its data once, however many outages touched it.
wrong_date AS (
  SELECT DISTINCT period.*, part, asset_id, unnest(range(
    greatest(wrong.first_day, period.first_day) - DATE '2000-01-01',
    least(coalesce(wrong.last_day, period.last_day), period.last_day) - DATE '2000-01-01' + 1
  )) AS wrong_day
  FROM period JOIN outage ON known_on <= as_of
  JOIN wrong ON wrong.postmortem_id = outage.postmortem_id
    AND wrong.first_day <= period.last_day
    AND coalesce(wrong.last_day, period.last_day) >= period.first_day
    AND (in_dimension <> 'domain' OR wrong.domain = outage.part)
),

-- Actions as they stood: the due date that they had is what the first later move moved away.
stood AS (
  SELECT period.*, action.*,
    coalesce(arg_min(old_due, action_changes.position) FILTER (changed_on > as_of), any_value(due))
      AS due_as_of,
    coalesce(arg_min(old_due, action_changes.position) FILTER (changed_on > last_day), any_value(due))
      AS due_on_last_day
  FROM period CROSS JOIN action LEFT JOIN action_changes
    ON action_changes.action_key = action.action_key AND old_due IS NOT NULL
  GROUP BY ALL
),
standing AS (
  SELECT *,
    is_countable AND promised_on <= last_day AND (is_open OR ended_on > last_day) AS was_open,
    status = 'not-doing' AND coalesce(dropped_on <= as_of, true) AS was_dropped,
    status IN ('done', 'verified') AND coalesce(done_on <= as_of, false) AS was_done,
    status IN ('done', 'verified') AND coalesce(done_on <= first_due, false) AS was_on_time,
    status = 'verified' AND coalesce(verified_on <= as_of, false) AS was_verified
  FROM stood
),
postponed AS (
  SELECT period.*, part
  FROM period JOIN action_changes ON changed_on BETWEEN first_day AND last_day AND days_moved > 0
  JOIN action USING (action_key)
),

cases AS (
  SELECT first_day, last_day, as_of, part, 'outages' AS metric, 1::DOUBLE AS value, false AS approximate
  FROM began
  UNION ALL
  SELECT first_day, last_day, as_of, part, metric, value, is_approximate
  FROM period JOIN outage_times ON ended_on BETWEEN first_day AND last_day
  JOIN outage USING (postmortem_id)
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'consumer_found', if(found_by = 'consumer', 100, 0), false
  FROM period JOIN outage ON known_on BETWEEN first_day AND last_day AND found_by IS NOT NULL
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'recurrence', if(recurs_from <= as_of, 100, 0), false
  FROM period JOIN outage ON published_on BETWEEN first_day AND last_day
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'recurred_despite_promise', if(unprevented_from <= as_of, 100, 0), false
  FROM period JOIN outage ON published_on BETWEEN first_day AND last_day AND recurs_from <= as_of
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'data_days_wrong', 1, false
  FROM wrong_date
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'open_actions', 1, false
  FROM standing WHERE was_open
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'overdue_actions', 1, false
  FROM standing WHERE was_open AND due_on_last_day < last_day
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'age_of_open_actions', last_day - promised_on, false
  FROM standing WHERE was_open
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'actions_completed', if(was_done, 100, 0), false
  FROM standing
  WHERE due_as_of BETWEEN first_day AND last_day AND due_as_of <= as_of
    AND is_countable AND NOT was_dropped
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'actions_on_time', if(was_on_time, 100, 0), false
  FROM standing
  WHERE first_due BETWEEN first_day AND last_day AND first_due <= as_of
    AND is_countable AND NOT was_dropped
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'actions_verified', if(was_verified, 100, 0), false
  FROM standing WHERE done_on BETWEEN first_day AND last_day AND was_done
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'postponements', 1, false
  FROM postponed
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'assets_with_owner', if(owner_id IS NOT NULL, 100, 0), false
  FROM period CROSS JOIN asset
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'assets_with_contract', if(has_contract, 100, 0), false
  FROM period CROSS JOIN asset
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'assets_with_lineage', if(
    asset_id IN (SELECT asset_id FROM asset_upstream UNION SELECT upstream_id FROM asset_upstream),
    100, 0), false
  FROM period CROSS JOIN asset
),

lacking AS (
  SELECT first_day, last_day, as_of, part, metric
  FROM began CROSS JOIN (SELECT metric FROM figure_definitions WHERE shape = 'times') AS timed
  LEFT JOIN outage_times USING (postmortem_id, metric)
  WHERE coalesce(ended_on > as_of, true)
    AND NOT (needs_no_restoring AND metric = 'time_to_restore_data')
    AND NOT (needs_no_sign_off AND metric = 'sign_off_latency')
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'consumer_found' FROM began WHERE found_by IS NULL
  UNION ALL
  SELECT first_day, last_day, as_of, part, 'recurrence'
  FROM began WHERE coalesce(published_on > as_of, true)
  UNION ALL
  SELECT began.first_day, began.last_day, as_of, part, 'data_days_wrong'
  FROM began JOIN wrong USING (postmortem_id)
  WHERE wrong.first_day IS NULL AND (in_dimension <> 'domain' OR wrong.domain = part)
),

told AS (
  SELECT first_day, last_day, as_of, part, metric, count(*) AS n, avg(value) AS mean,
    quantile_cont(value, [0.25, 0.5, 0.75]) AS quartiles, count_if(approximate) AS approximate
  FROM cases GROUP BY ALL
),
lacked AS (
  SELECT first_day, last_day, as_of, part, metric, count(*) AS missing FROM lacking GROUP BY ALL
)
SELECT
  in_dimension AS dimension,
  part,
  metric,
  first_day,
  last_day,
  as_of,
  CASE
    WHEN shape = 'count' THEN coalesce(n, 0)::DOUBLE
    WHEN n >= fewest AND shape IN ('share', 'coverage') THEN mean
    WHEN n >= fewest THEN quartiles[2]
  END AS value,
  unit,
  coalesce(n, 0) AS n,
  coalesce(missing, 0) AS missing,
  CASE WHEN shape IN ('times', 'standing') AND n >= fewest_for_quartiles THEN quartiles[1] END AS lower_quartile,
  CASE WHEN shape IN ('times', 'standing') AND n >= fewest_for_quartiles THEN quartiles[3] END AS upper_quartile,
  coalesce(approximate, 0) AS approximate
FROM period CROSS JOIN part CROSS JOIN figure_definitions
LEFT JOIN told USING (first_day, last_day, as_of, part, metric)
LEFT JOIN lacked USING (first_day, last_day, as_of, part, metric)
ORDER BY last_day, first_day, as_of, part = '', part, position;

-- The figures of a period as of a day: by default its last, but none after the day of the export.

CREATE MACRO figures_by(in_dimension, in_first, in_last, in_as_of := NULL) AS TABLE
SELECT * FROM figures_for(in_dimension, [{
  'first_day': in_first::DATE,
  'last_day': in_last::DATE,
  'as_of': coalesce(in_as_of::DATE, least(in_last::DATE, (SELECT as_of FROM export_meta)))
}]);

CREATE MACRO figures(in_first, in_last, in_as_of := NULL) AS TABLE
SELECT * EXCLUDE (dimension, part) FROM figures_by('all', in_first, in_last, in_as_of);

-- Each quarter from that of the first outage on, as of its own last day.

CREATE MACRO quarterly_figures_by(in_dimension) AS TABLE
WITH told AS (
  SELECT * FROM figures_for(in_dimension, (
    SELECT list({
      'first_day': quarter::DATE,
      'last_day': (quarter + INTERVAL 3 MONTH - INTERVAL 1 DAY)::DATE,
      'as_of': least((quarter + INTERVAL 3 MONTH - INTERVAL 1 DAY)::DATE, (SELECT as_of FROM export_meta))
    })
    FROM (SELECT unnest(generate_series(
      (SELECT date_trunc('quarter', min(began_on)) FROM outages),
      (SELECT date_trunc('quarter', as_of) FROM export_meta),
      INTERVAL 3 MONTH
    )) AS quarter)
  ))
)
SELECT format('{}-Q{}', year(first_day), quarter(first_day)) AS quarter, * FROM told;

CREATE VIEW quarterly_figures AS
SELECT * EXCLUDE (dimension, part) FROM quarterly_figures_by('all');
