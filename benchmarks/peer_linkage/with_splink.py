"""Splink on the two files of a linkage run, in its own environment: `with_splink.py existing.csv incoming.csv`.

Set up as its own FEBRL 4 and real-time examples do, with the columns that the files have; the best owner of each row
from a probability of 0.95 is a link. Names are folded first, as its documentation asks. Prints the JSON that
`benchmarks.linkage_contestants` prints.
"""

import json
import resource
import sys
import time
import unicodedata

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SURE = 0.95


def fold(text):
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip()


def people(path):
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if not table["given"].any():
        names = [
            name if "," not in name else " ".join(reversed(name.split(",", 1)))
            for name in map(fold, table["name"])
        ]
        table["given"] = [name.split()[0] if name.split() else "" for name in names]
        table["surnames"] = [" ".join(name.split()[1:2]) for name in names]
    table["street"] = [fold(address) for address in table["address"]]
    table["pet"] = [pets.split(":")[0].lower() for pets in table["pets"]]
    kept = "id given surnames phone email birth_date street postal_code official_id pet".split()
    table = table[kept].rename(columns={"id": "unique_id"})
    return table.astype(object).where(table != "", None)


def settings(columns):
    comparisons = [
        cl.NameComparison("given").configure(term_frequency_adjustments=True),
        cl.NameComparison("surnames").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.JaroWinklerAtThresholds("street", [0.9, 0.7]),
        cl.ExactMatch("postal_code").configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("phone", 1),
        cl.EmailComparison("email"),
        cl.LevenshteinAtThresholds("official_id", 2),
        cl.ExactMatch("pet").configure(term_frequency_adjustments=True),
    ]
    names = "given surnames birth_date street postal_code phone email official_id pet".split()
    blocks = [("phone",), ("email",), ("official_id",), ("birth_date",), ("given", "surnames"),
              ("surnames", "postal_code"), ("given", "postal_code"), ("street",)]  # fmt: skip
    return SettingsCreator(
        link_type="link_only",
        comparisons=[one for one, name in zip(comparisons, names, strict=True) if name in columns],
        blocking_rules_to_generate_predictions=[
            block_on(*block) for block in blocks if set(block) <= columns
        ],
        retain_matching_columns=False,
    )


def main():
    existing, incoming = people(sys.argv[1]), people(sys.argv[2])
    started = time.process_time()
    columns = {
        name for name in existing.columns if existing[name].notna().any() and incoming[name].notna().any()
    }
    api = DuckDBAPI()
    tables = [
        api.register(existing, dataset_display_name="existing"),
        api.register(incoming, dataset_display_name="incoming"),
    ]
    linker = Linker(tables, settings(columns), log_level=40)
    rules = [
        block_on("given", "surnames"),
        *(block_on(one) for one in ("phone", "email", "official_id") if one in columns),
    ]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for block in (
        [("birth_date",), ("given", "surnames")] if "birth_date" in columns else [("given", "surnames")]
    ):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))
    learnt = time.process_time()
    pairs = linker.inference.predict(threshold_match_probability=SURE).as_pandas_dataframe()
    best = pairs.sort_values("match_probability", ascending=False).drop_duplicates("unique_id_r")
    answers = [
        (row, owner, "link") for row, owner in zip(best["unique_id_r"], best["unique_id_l"], strict=True)
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "answers": answers,
                "learn_s": learnt - started,
                "match_s": time.process_time() - learnt,
                "peak_mb": peak,
            }
        )
    )


if __name__ == "__main__":
    main()
