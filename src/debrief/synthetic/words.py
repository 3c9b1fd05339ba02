"""The words that made-up records are made of: those of data work, and names that nobody has.

Frequent words stand first in each list: a text takes them by their place (see ``dice.Pool``).
"""

from __future__ import annotations

from collections.abc import Iterator


def _listed(text: str) -> list[str]:
    return text.split()


NOUNS = _listed("""
load table row column partition feed job pipeline file schema run monitor dashboard report query
batch stream topic check test record key value date price order rate figure alert threshold queue
message event consumer producer schedule window deadline release change deployment flag setting
default permission role credential policy contract model join filter index view snapshot backfill
replay checkpoint watermark offset cursor bucket folder cluster node broker warehouse store source
target copy mirror cache extract export import upload download header footer field type format
encoding delimiter timestamp calendar weekend holiday currency unit total count sum average ratio
forecast metric feature label segment cohort customer account session visit click basket payment
refund invoice ledger balance claim subscription voucher campaign supplier carrier depot region
channel shipment parcel pallet delivery return stock shelf promotion discount rebate margin budget
plan reading meter sensor device gateway proxy connector adapter driver library client service
endpoint request response retry timeout lock transaction commit rollback migration upgrade patch
branch build image container volume disk memory quota limit ticket rota handover runbook page review
summary owner steward engineer planner analyst buyer accountant auditor vendor partner mapping
lookup dictionary catalogue hierarchy dimension fact surrogate duplicate gap spike drift outlier
baseline sample tolerance rule exception allowance lineage map diagram dependency trigger step task
stage shard replica leader follower manifest archive retention purge tombstone compaction vacuum
statistic hint macro template seed fixture notebook script function procedure parser loader writer
reader scheduler orchestrator registry validator reconciler aggregator scraper crawler poller
listener hook callback payload envelope wrapper token secret certificate tunnel route subnet zone
site office tariff premium excess reserve settlement clearing posting journal period closing cut-off
quarter month week night morning shift weekday hour minute
""")

VERBS = _listed("""
read loaded skipped dropped delayed blocked rejected accepted doubled truncated joined filtered
counted compared checked confirmed rebuilt restored replayed paused resumed stopped started changed
renamed moved copied deleted merged split sorted grouped cast parsed converted rounded shifted
scaled mapped matched missed replaced added removed updated refreshed cached published announced
noticed reported traced found explained described measured estimated priced ordered billed refunded
credited charged posted settled reconciled closed opened locked released queued retried timed
cancelled throttled limited starved flooded filled emptied exhausted exceeded halved reduced raised
lowered disabled enabled muted escalated acknowledged assigned handed questioned trusted ignored
tested reviewed approved deployed reverted patched upgraded migrated archived purged expired rotated
revoked granted exposed masked encrypted decoded encoded compressed sampled profiled scanned indexed
partitioned sharded replicated synchronised detached attached mounted drained rebalanced elected
promoted demoted isolated fenced quarantined flagged tagged labelled annotated documented rehearsed
simulated forecast predicted overstated understated inflated distorted obscured preserved duplicated
orphaned invalidated normalised validated enriched stripped padded trimmed escaped quoted
""")

ADJECTIVES = _listed("""
nightly late early new old missing empty stale wrong silent manual daily hourly weekly monthly first
last second third next previous upstream downstream internal external shared common single duplicate
partial complete incomplete full short long large small high low slow fast green red failed pending
open closed active idle busy quiet noisy rare frequent regular unusual unexpected planned unplanned
temporary permanent default optional required nullable numeric textual nested flat wide narrow raw
staged cleaned curated certified trusted draft final corrected restated historic current future
recent ancient regional national local remote central regulatory financial commercial operational
technical statistical seasonal cyclic random exact approximate rounded truncated masked hashed
encrypted public private restricted archived expired orphaned dormant redundant obsolete
experimental provisional overnight intraday retroactive idempotent incremental cumulative
transactional analytical columnar serialised compressed replicated partitioned unpartitioned skewed
sparse dense malformed unescaped unversioned undocumented unmonitored unowned misconfigured
oversized undersized throttled saturated degraded healthy
""")

ADVERBS = _listed("""
slowly quickly silently correctly partly fully nearly mostly manually automatically immediately
eventually repeatedly independently carefully briefly consistently rarely regularly separately
completely roughly exactly unexpectedly gradually temporarily permanently concurrently sequentially
asynchronously deliberately cautiously steadily abruptly
""")

MOMENTS = (
    "before the morning run",
    "after the nightly load",
    "within the hour",
    "at the end of the month",
    "over the weekend",
    "before anybody looked",
    "for most of the day",
    "during the release window",
    "after the restart",
    "on the second attempt",
    "shortly after midnight",
    "before the stores opened",
    "until the next full run",
    "in the first ten minutes",
    "between two runs",
    "while the queue was full",
    "after the clocks had changed",
    "on the last working day",
    "for three nights in a row",
    "during the quarter close",
    "before the cut-off",
    "when the first retry ended",
    "at the busiest hour",
    "since the last upgrade",
    "by the end of the shift",
    "while the rota changed hands",
    "in the quiet hours",
    "as soon as the lock was gone",
    "after lunch",
    "on the evening before",
    "during the stocktaking",
    "in the week of the migration",
    "on a public holiday",
    "after the third page",
    "within one shift",
)

PLACES = (
    "in the warehouse",
    "in the staging area",
    "on the second cluster",
    "in the landing folder",
    "in the daily mart",
    "on the overview page",
    "in the change log",
    "at the supplier's end",
    "in the price file",
    "in the lineage map",
    "in the monitor's settings",
    "in the shared channel",
    "behind the gateway",
    "in the oldest partition",
    "in the archive",
    "in the test environment",
    "on the standby node",
    "in the ledger",
    "in two regions",
    "in every depot",
    "in the weekly extract",
    "in the contract",
    "beside the runbook",
    "in the schedule",
    "in the dimension table",
    "on the dashboard that buyers use",
    "in the finance extract",
    "in the retry queue",
    "in the event stream",
    "in the nightly snapshot",
    "in one of four shards",
    "in the release notes",
    "on the handover page",
)

REASONS = (
    "because nobody had been told",
    "because the default had changed",
    "since the check looked at the wrong date",
    "because two runs shared one lock",
    "because the header had one more field",
    "since the flag was on in one region only",
    "because the retry began from the start",
    "as the index was being rebuilt",
    "because the threshold had been raised in spring",
    "since the monitor counted files and not rows",
    "because the key was no longer unique",
    "as the disk was nearly full",
    "because the calendar had no entry for that day",
    "since the credential had expired at midnight",
    "because the two clocks differ by an hour",
    "as the contract says nothing about empty files",
    "because the test data had no such case",
    "since the owner had moved to another team",
    "because the alert went to a channel that is read on weekdays",
    "as the cache outlived the data",
)

DOMAINS = {
    "pricing": "supplier prices|shelf prices|price zones|rebates|margins|tariffs|quotes",
    "orders": "orders|order lines|baskets|cancellations|returns|order holds|pre-orders",
    "finance": "ledger postings|invoices|receivables|cost centres|accruals|budgets|tax codes",
    "logistics": "shipments|parcels|routes|carriers|delivery slots|pallets|customs papers",
    "stock": "stock levels|stock movements|goods receipts|inventory counts|shelf gaps|write-offs",
    "customers": "customers|households|consents|addresses|contact history|churn scores|segments",
    "payments": "payments|refunds|chargebacks|settlements|card fees|payouts|direct debits",
    "marketing": "campaigns|coupons|impressions|newsletters|attribution|audiences|landing pages",
    "web": "web events|sessions|search terms|page timings|experiments|recommendations|clicks",
    "claims": "claims|claim reserves|policies|premiums|adjusters|loss events|recoveries",
    "energy": "meter readings|tariff switches|grid losses|consumption|feed-in|outages|forecasts",
    "people": "shifts|absences|payroll runs|headcount|contracts|training records|rotas",
    "support": "support cases|call volumes|chat transcripts|escalations|survey answers|backlogs",
    "risk": "credit scores|exposures|limits|fraud alerts|watch lists|collateral|defaults",
}
"""Each domain with the things that it keeps data about."""

ASPECTS = (
    "daily",
    "by store",
    "by region",
    "history",
    "snapshot",
    "hourly",
    "events",
    "master",
    "summary",
    "by week",
    "by month",
    "archive",
    "corrections",
    "raw",
    "clean",
    "joined",
    "current",
    "by channel",
    "totals",
    "aged",
    "open items",
    "exceptions",
    "by product",
    "forecast",
)

FIRST_NAMES = _listed("""
Adaora Bela Ciro Danika Eskil Farida Goran Hanneke Ilse Jorun Kaito Lindiwe Marit Nadir Oksana Petra
Quentin Rosalind Sunniva Tariq Ulla Viggo Wanjiru Ximena Yorick Zofia Amrit Birgit Corin Dagny Emeka
Fenna Gustav Hilda Imre Jasna Kwabena Leocadia Miro Noor Oskar Priya Rasmus Saskia Tendai Una
""")

_NAME_STARTS = "Al Ber Cas Dor El Fal Gan Hol Is Jar Kel Lor Mar Nor Os Pel Ras Sol Tam Ul Ver Wen"
_NAME_ENDS = "adi berg cova dahl eira fort gard hult ingen jorva kamp lund mora nessa otti quist"

_FIRST_SYLLABLES = "bar cel dor fen gal hes ith jun kel lam mor nev orb pel quo rin sar tol ubi vex"
_SECOND_SYLLABLES = "a e i o u an el in or us"
_LAST_SYLLABLES = "bin dex fly gate grid hub lane line mesh pad pipe port stack tap vane ward"
_SUFFIXES = "daily v2 history stage raw delta keys agg final tmp id code amount at flag total"


def family_names() -> list[str]:
    """Names of people, made up."""
    return [start + end for end in _NAME_ENDS.split() for start in _NAME_STARTS.split()]


def systems() -> list[str]:
    """Names of programs, made up: the rare words of a text."""
    return [
        (first + second + last).capitalize()
        for last in _LAST_SYLLABLES.split()
        for second in _SECOND_SYLLABLES.split()
        for first in _FIRST_SYLLABLES.split()
    ]


def identifiers() -> list[str]:
    """Names of columns, tables and settings, as they stand in code."""
    simple = [noun for noun in NOUNS if "-" not in noun]
    return [f"{noun}_{suffix}" for suffix in _SUFFIXES.split() for noun in simple]


def with_article(word: str) -> str:
    """A word with ``a`` or ``an`` before it."""
    vowel = word[0] in "aeio" or (word.startswith(("hour", "un")) and not word.startswith("uni"))
    return f"{'an' if vowel else 'a'} {word}"


def plural(noun: str) -> str:
    """A noun in the plural."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeou" else f"{noun}s"


def things(domains: list[str]) -> Iterator[tuple[str, str]]:
    """What these domains keep data about, with the domain: the first of each, and so on."""
    lists = [DOMAINS[domain].split("|") for domain in domains]
    for place in range(max(map(len, lists))):
        for domain, found in zip(domains, lists, strict=True):
            if place < len(found):
                yield domain, found[place]
