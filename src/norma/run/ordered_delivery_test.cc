#include "norma/run/ordered_delivery.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/matchers.h"

namespace norma::run {
namespace {

using testing_support::IsError;
using testing_support::IsOk;

TEST(OrderedDelivery, KeepsTheOrderOfUnitsWhateverWorkersDo) {
  constexpr size_t kUnits = 2000;
  std::vector<size_t> received;
  OrderedDelivery<size_t> delivery(3, [&](size_t unit) {
    received.push_back(unit);
    return Status();
  });
  std::atomic<size_t> next = 0;
  {
    std::vector<std::jthread> workers;
    workers.reserve(4);
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        for (size_t unit = next++; unit < kUnits; unit = next++) {
          EXPECT_THAT(delivery.Deliver(unit, unit), IsOk());
        }
      });
    }
  }
  ASSERT_EQ(received.size(), kUnits);
  for (size_t i = 0; i < kUnits; ++i) {
    EXPECT_EQ(received[i], i);
  }
}

TEST(OrderedDelivery, ReleasesAWaitingWorkerWhenAnotherFails) {
  OrderedDelivery<int> delivery(1, [](int) { return Status(); });
  const std::jthread waiting([&] {
    EXPECT_THAT(delivery.Deliver(5, 5), IsError(ErrorKind::kStorage));  // 0 to 4 never come
  });
  delivery.Fail(Error{ErrorKind::kStorage, "disk is full"});
}

TEST(OrderedDelivery, PassesTheReceiversFailureOn) {
  OrderedDelivery<int> delivery(2, [](int) { return Status(Error{ErrorKind::kStorage, "no"}); });
  EXPECT_THAT(delivery.Deliver(0, 0), IsError(ErrorKind::kStorage));
  EXPECT_THAT(delivery.Deliver(1, 1), IsError(ErrorKind::kStorage));
}

}  // namespace
}  // namespace norma::run
