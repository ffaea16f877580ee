// Send the document's example order with openapi-fetch and the types of openapi-typescript.
import createClient from "openapi-fetch";

import { order } from "./example";
import type { components, paths } from "./schema";

declare const process: { argv: string[] };
type Schemas = components["schemas"];

/** Return the data of a response; throw if it is an error. */
async function data<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await call;
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

async function main(baseUrl: string, key: string): Promise<void> {
  const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } });
  const stores = await data(api.GET("/stores"));
  const store_id = stores.items[0].id;
  const found = await data(
    api.GET("/stores/{store_id}/products", {
      params: { path: { store_id }, query: { sku: order.lines[0].sku ?? undefined } },
    }),
  );
  const product: Schemas["Product"] = await data(
    api.GET("/stores/{store_id}/products/{product_id}", {
      params: { path: { store_id, product_id: found.items[0].id } },
    }),
  );
  const body: Schemas["OrderRequest"] = { ...order, coupon_code: "TEN" };
  const quote: Schemas["Quote"] = await data(
    api.POST("/stores/{store_id}/quotes", { params: { path: { store_id } }, body }),
  );
  const submission: Schemas["Submission"] = await data(
    api.POST("/stores/{store_id}/orders", {
      params: { path: { store_id }, header: { "Idempotency-Key": "openapi-fetch" } },
      body,
    }),
  );
  if (submission.order_id === null) throw new Error(submission.state);
  const sent: Schemas["Order"] = await data(
    api.GET("/stores/{store_id}/orders/{order_id}", {
      params: { path: { store_id, order_id: submission.order_id } },
    }),
  );
  const missing = await api.GET("/stores/{store_id}", { params: { path: { store_id: 1 } } });
  console.log(
    JSON.stringify({
      product: product.name,
      discount: quote.coupon_discount,
      total: quote.total,
      number: sent.number,
      sent_total: sent.total,
      coupon: sent.coupon_code,
      problem: missing.error?.code,
    }),
  );
}

main(process.argv[2], process.argv[3]);
