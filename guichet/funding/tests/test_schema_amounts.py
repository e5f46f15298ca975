"""Amounts as people and phones type them, and what is refused, each with its own sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from guichet.funding.schema import format_amount, format_number, format_percent, parse_amount, parse_date, parse_number

amounts = st.decimals(min_value=0, max_value="99999999.99", places=2)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1 234,50 $", "1234.50"),
        ("1\u00a0234,50\u00a0$", "1234.50"),
        ("1\u202f234,50\u202f$", "1234.50"),
        ("1\u2009234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("$1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1234.5", "1234.50"),
        ("1234", "1234"),
        ("1 234", "1234"),
        ("1,234,567", "1234567"),
        ("1.234.567,8", "1234567.80"),
        ("12,", "12"),
        (",50", "0.50"),
        ("0", "0"),
        ("007", "7"),
        ("  5 $ ", "5"),
        ("99 999 999,99", "99999999.99"),
    ],
)
def test_amount_is_read_as_it_is_typed(typed, amount):
    assert parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-5", "negative"),
        ("−5,00 $", "negative"),
        ("5-", "negative"),
        ("(5)", "negative"),
        ("1234,567", "too_fine"),
        ("1 234,567", "too_fine"),
        ("0,001", "too_fine"),
        ("0,00001", "too_fine"),
        ("1,234", "ambiguous"),
        ("1.234", "ambiguous"),
        ("12,340 $", "ambiguous"),
        ("100 000 000", "too_big"),
        ("9" * 50, "too_big"),
        ("9" * 5000, "too_long"),
        ("١٢", "digits"),
        ("１２", "digits"),
        ("5²", "digits"),
        ("1e5", "letters"),
        ("NaN", "letters"),
        ("Infinity", "letters"),
        ("12 abc", "letters"),
        ("5 $ CA", "letters"),
        ("1_000", "letters"),
        ("5 $ $", "letters"),
        ("+5", "letters"),
        ("", "empty"),
        (" $ ", "empty"),
        (",", "letters"),
        ("1 23,50", "groups"),
        ("12,34,56", "groups"),
        ("1,234.567,8", "groups"),
    ],
)
def test_amount_that_cannot_be_read_is_refused(typed, code):
    with pytest.raises(ValidationError) as refusal:
        parse_amount(typed)
    assert refusal.value.code == code


def test_ambiguous_amount_says_both_ways_to_write_it():
    with pytest.raises(ValidationError) as refusal:
        parse_amount("1,234")
    assert refusal.value.messages == ["«\u00a01,234\u00a0» se lit de deux façons\u00a0: écrivez 1\u00a0234 ou 1,23."]


@pytest.mark.parametrize("language", ["fr-ca", "en"])
@given(amount=amounts)
def test_amount_is_read_back_as_it_is_shown(language, amount):
    with override(language):
        assert parse_amount(format_amount(amount)) == amount


@given(typed=st.one_of(st.text(max_size=30), st.text("0123456789 .,-$", max_size=12)))
def test_any_text_is_an_amount_to_the_cent_or_is_refused(typed):
    try:
        amount = parse_amount(typed)
    except ValidationError:
        return
    assert 0 <= amount <= Decimal("99999999.99")
    assert amount == amount.quantize(Decimal("0.01"))


@given(typed=st.text("0123456789 .,-", max_size=12), decimals=st.integers(0, 6))
def test_any_text_is_a_number_or_is_refused(typed, decimals):
    try:
        number = parse_number(typed, decimals)
    except ValidationError:
        return
    assert number == round(number, decimals)


def test_words_of_numbers_follow_the_language():
    assert format_amount(Decimal("1234.5")) == "1\u00a0234,50\u00a0$"
    assert format_amount(Decimal(-5)) == "−5,00\u00a0$"
    assert format_number(Decimal("1234.50")) == "1\u00a0234,5"
    assert format_number(Decimal(100)) == "100"
    assert format_percent(Decimal("47.5")) == "47,5\u00a0%"
    with override("en"):
        assert format_amount(Decimal("1234.5")) == "$1,234.50"
        assert format_percent(Decimal("47.5")) == "47.5%"


@pytest.mark.parametrize(
    ("typed", "decimals", "number"),
    [
        ("1 200", 0, "1200"),
        ("1,200", 0, "1200"),
        ("12,5", 1, "12.5"),
        ("-3", 0, "-3"),
        ("− 3,25", 2, "-3.25"),
        ("1,234", 3, "1.234"),
    ],
)
def test_number_is_read_as_it_is_typed(typed, decimals, number):
    assert parse_number(typed, decimals) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "decimals", "code"),
    [
        ("12,5", 0, "too_fine"),
        ("1,25", 1, "too_fine"),
        ("1,234", 2, "ambiguous"),
        ("douze", 0, "letters"),
        ("", 0, "empty"),
        ("-", 0, "empty"),
        ("1,2 3", 6, "groups"),
        ("9" * 20, 0, "too_big"),
    ],
)
def test_number_that_cannot_be_read_is_refused(typed, decimals, code):
    with pytest.raises(ValidationError) as refusal:
        parse_number(typed, decimals)
    assert refusal.value.code == code


def test_date_is_read_as_browsers_and_people_write_it():
    assert parse_date("2027-03-31") == parse_date("31/03/2027") == dt.date(2027, 3, 31)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2027-02-30", "no_such_day"),
        ("0000-01-01", "no_such_day"),
        ("demain", "date"),
        ("2027-W01-1", "date"),
        ("٢٠٢٧-٠١-٠١", "date"),
    ],
)
def test_date_that_does_not_exist_is_refused(typed, code):
    with pytest.raises(ValidationError) as refusal:
        parse_date(typed)
    assert refusal.value.code == code
