#include "norma/extract/flow/place.h"

#include "norma/source/adapter.h"

namespace norma::extract::flow {
namespace {

std::optional<int32_t> Given(int32_t number) {
  return number == RawPosition::kNoNumber ? std::nullopt : std::optional(number);
}

}  // namespace

source::Position PlaceOf(const source::SourceFile& file, const RawPosition& raw) {
  return source::Convert(file, source::Adapter::kCpython, Given(raw.start_line),
                         Given(raw.start_column), Given(raw.end_line), Given(raw.end_column));
}

void Hull::Add(const source::Position& place) {
  if (!place.ok || *place.bstart == *place.bend) {
    return;
  }
  if (!hull_.ok) {
    hull_ = place;
    return;
  }
  if (*place.bstart < *hull_.bstart) {
    hull_.raw_start_line = place.raw_start_line;
    hull_.raw_start_col = place.raw_start_col;
    hull_.bstart = place.bstart;
  }
  if (*place.bend > *hull_.bend) {
    hull_.raw_end_line = place.raw_end_line;
    hull_.raw_end_col = place.raw_end_col;
    hull_.bend = place.bend;
  }
}

}  // namespace norma::extract::flow
