//! Points in time, as seconds since 1970, and their ASN.1 and RFC 3339 forms.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::ber::write::{self, Form};
use crate::ber::{Element, Tag};
use crate::error::{DecodeError, DecodeErrorKind};

/// A point in time: seconds since 1970-01-01T00:00:00Z, before it negative.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Time(i64);

impl Time {
    /// From seconds since 1970.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This time moved by seconds.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Reads UTCTime (years 1950 to 2049, RFC 5280, 4.1.2.5.1) or GeneralizedTime. Seconds may be absent and
    /// an offset may stand for `Z`, as old senders have it; fractions are dropped.
    ///
    /// # Errors
    /// Another type or no time.
    pub fn decode(element: &Element<'_>) -> Result<Self, DecodeError> {
        let bad = || DecodeError::new(DecodeErrorKind::BadTime, element.offset());
        let octets = element.octets()?;
        let text = core::str::from_utf8(&octets).map_err(|_| bad())?;
        // rfc8551:2.5.1/4
        match element.tag() {
            Tag::UTC_TIME => {
                let (year, rest) = text.split_at_checked(2).ok_or_else(bad)?;
                let year = number(year).ok_or_else(bad)?;
                // rfc5652:11.3/8, 11.3/9, 11.3/10
                let year = if year >= 50 { 1900 + year } else { 2000 + year };
                parse(year, rest).ok_or_else(bad)
            }
            Tag::GENERALIZED_TIME => {
                let (year, rest) = text.split_at_checked(4).ok_or_else(bad)?;
                parse(number(year).ok_or_else(bad)?, rest).ok_or_else(bad)
            }
            _ => Err(bad()),
        }
    }

    /// UTCTime for 1950 to 2049, else GeneralizedTime, as RFC 5652, 11.3 and RFC 5280, 4.1.2.5 want it.
    #[must_use]
    pub fn to_der(self) -> Vec<u8> {
        let (year, month, day, hour, minute, second) = self.civil();
        // rfc5652:11.3/5, 11.3/6, 11.3/7, 11.3/11, 11.3/12, 11.3/13
        let rest = alloc::format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
        // rfc5652:11.3/3, 11.3/4
        let (tag, text) = if (1950..2050).contains(&year) {
            (
                Tag::UTC_TIME,
                alloc::format!("{:02}{rest}", year.rem_euclid(100)),
            )
        } else {
            (Tag::GENERALIZED_TIME, alloc::format!("{year:04}{rest}"))
        };
        write::tagged(tag, Form::Primitive, text.as_bytes())
    }

    /// GeneralizedTime, as key identifiers want it (RFC 5652, 6.2.3).
    #[must_use]
    pub fn to_generalized_der(self) -> Vec<u8> {
        let (year, month, day, hour, minute, second) = self.civil();
        let text = alloc::format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
        write::tagged(Tag::GENERALIZED_TIME, Form::Primitive, text.as_bytes())
    }

    /// Reads an RFC 3339 time such as `2026-01-02T03:04:05Z` or `2026-01-02T04:04:05+01:00`; a date alone is
    /// its first second.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let (date, clock) = text
            .split_once(['T', 't', ' '])
            .map_or((text, None), |(date, clock)| (date, Some(clock)));
        let mut date = date.split('-');
        let (year, month, day) = (date.next()?, date.next()?, date.next()?);
        if date.next().is_some() || year.len() != 4 {
            return None;
        }
        let mut compact = alloc::format!("{month:0>2}{day:0>2}");
        match clock {
            None => compact.push_str("000000Z"),
            Some(clock) => compact.extend(clock.chars().filter(|c| *c != ':').map(|c| match c {
                'z' => 'Z',
                other => other,
            })),
        }
        parse(number(year)?, &compact)
    }

    /// Year, month, day, hour, minute, second in UTC (proleptic Gregorian calendar).
    #[must_use]
    pub fn civil(self) -> (i64, i64, i64, i64, i64, i64) {
        let days = self.0.div_euclid(86_400);
        let second = self.0.rem_euclid(86_400);
        // Days from civil and back: the well-known algorithm on 400-year eras that begin in March.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (
            year,
            month,
            day,
            second / 3600,
            second / 60 % 60,
            second % 60,
        )
    }

    /// The RFC 3339 form with `Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let (year, month, day, hour, minute, second) = self.civil();
        alloc::format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

fn number(digits: &str) -> Option<i64> {
    (!digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

/// `MMDDhhmm[ss[.f...]](Z|+hhmm|-hhmm)` in the given year.
fn parse(year: i64, text: &str) -> Option<Time> {
    let (month, rest) = text.split_at_checked(2)?;
    let (day, rest) = rest.split_at_checked(2)?;
    let (hour, rest) = rest.split_at_checked(2)?;
    let (minute, mut rest) = rest.split_at_checked(2)?;
    let mut second = 0;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        let (digits, after) = rest.split_at_checked(2)?;
        second = number(digits)?;
        rest = after;
    }
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let offset = match rest.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign @ ("+" | "-"), zone) => {
            let (hours, minutes) = zone.split_at_checked(2)?;
            let minutes = if minutes.is_empty() {
                0
            } else {
                number(minutes)?
            };
            let seconds = number(hours)? * 3600 + minutes * 60;
            if sign == "+" { seconds } else { -seconds }
        }
        _ => return None,
    };
    let (month, day, hour, minute) = (number(month)?, number(day)?, number(hour)?, number(minute)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let month_index = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_index + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    Some(Time(
        days * 86_400 + hour * 3600 + minute * 60 + second - offset,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Cursor;

    fn utc(text: &str) -> Result<Time, DecodeError> {
        let der = write::tagged(Tag::UTC_TIME, Form::Primitive, text.as_bytes());
        Time::decode(&Cursor::single(&der, 0)?)
    }

    #[test]
    fn utc_time_turns_at_fifty() {
        // rfc5652:11.3/8, 11.3/9, 11.3/10
        assert_eq!(
            utc("500101000000Z").unwrap().to_rfc3339(),
            "1950-01-01T00:00:00Z"
        );
        assert_eq!(
            utc("491231235959Z").unwrap().to_rfc3339(),
            "2049-12-31T23:59:59Z"
        );
    }

    #[test]
    fn impossible_times_are_refused() {
        for text in [
            "",
            "Z",
            "990230000000Z",
            "991301000000Z",
            "990101250000Z",
            "9901010000",
            "99010100000",
        ] {
            assert!(utc(text).is_err(), "{text}");
        }
    }

    #[test]
    fn der_form_changes_in_2050() {
        // rfc5652:11.3/3, 11.3/4
        for text in [
            "1949-12-31T23:59:59Z",
            "1950-01-01T00:00:00Z",
            "2049-12-31T23:59:59Z",
            "2050-01-01T00:00:00Z",
            "2000-02-29T12:00:00Z",
        ] {
            let time = Time::from_rfc3339(text).unwrap();
            let der = time.to_der();
            let element = Cursor::single(&der, 0).unwrap();
            // rfc8551:2.5.1/4
            assert_eq!(Time::decode(&element).unwrap(), time);
            let general = !("1950".."2050").contains(&text);
            assert_eq!(element.tag() == Tag::GENERALIZED_TIME, general, "{text}");
            assert_eq!(time.to_rfc3339(), text);
        }
    }

    #[test]
    fn midnight_is_written_in_utc_with_seconds_and_without_fractions() {
        // rfc5652:11.3/5, 11.3/6, 11.3/7, 11.3/11, 11.3/12, 11.3/13
        let der = |text| Time::from_rfc3339(text).unwrap().to_der();
        assert_eq!(der("2000-01-01T00:00:00Z"), b"\x17\x0d000101000000Z");
        assert_eq!(der("2050-01-01T00:00:00Z"), b"\x18\x0f20500101000000Z");
        // Whatever zone and fraction the time was given in.
        assert_eq!(
            der("2000-01-01T01:00:00+01:00"),
            der("2000-01-01T00:00:00Z")
        );
        assert_eq!(
            der("2049-12-31T23:00:00-01:00"),
            der("2050-01-01T00:00:00Z")
        );
    }
}
