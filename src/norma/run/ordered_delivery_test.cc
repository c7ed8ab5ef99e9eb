#include "norma/run/ordered_delivery.h"

#include <gmock/gmock.h>

#include <algorithm>
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

TEST(OrderedDelivery, TakesAUnitInPartsWhenItsTurnHasCome) {
  constexpr int kUnits = 300;
  std::vector<int> received;
  OrderedDelivery<int> delivery(3, [&](int unit) {
    received.push_back(unit);
    return Status();
  });
  std::atomic<int> next = 0;
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        for (int unit = next++; unit < kUnits; unit = next++) {
          if (unit % 3 == 0) {
            EXPECT_THAT(delivery.AwaitTurn(static_cast<size_t>(unit)), IsOk());
            EXPECT_THAT(delivery.DeliverPart(unit), IsOk());
            EXPECT_THAT(delivery.DeliverPart(unit), IsOk());
          }
          EXPECT_THAT(delivery.Deliver(static_cast<size_t>(unit), unit), IsOk());
        }
      });
    }
  }
  EXPECT_EQ(received.size(), static_cast<size_t>(kUnits) + 2 * kUnits / 3);
  EXPECT_TRUE(std::ranges::is_sorted(received));
}

TEST(OrderedDelivery, EndsWaitingForATurnWhenAnotherFails) {
  OrderedDelivery<int> delivery(1, [](int) { return Status(); });
  std::jthread waiting([&] { EXPECT_THAT(delivery.AwaitTurn(5), IsError(ErrorKind::kStorage)); });
  delivery.Fail(Error{ErrorKind::kStorage, "disk is full"});
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

TEST(OrderedDelivery, PassesTheFailureOfAPartOn) {
  OrderedDelivery<int> delivery(2, [](int) { return Status(Error{ErrorKind::kStorage, "no"}); });
  EXPECT_THAT(delivery.AwaitTurn(0), IsOk());
  EXPECT_THAT(delivery.DeliverPart(0), IsError(ErrorKind::kStorage));
  EXPECT_THAT(delivery.Deliver(1, 1), IsError(ErrorKind::kStorage));
}

}  // namespace
}  // namespace norma::run
