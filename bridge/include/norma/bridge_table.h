/* The part of the C ABI for tables and writing. Included by norma/bridge.h, whose rules hold. */
#ifndef NORMA_BRIDGE_TABLE_H_
#define NORMA_BRIDGE_TABLE_H_

#include "norma/bridge.h"

#endif /* NORMA_BRIDGE_TABLE_H_ */
