// Send the document's example order with the client of hey-api.
import { createClient } from "./client/client";
import * as api from "./client";
import { order } from "./example";

declare const process: { argv: string[] };

async function main(baseUrl: string, key: string): Promise<void> {
  const client = createClient({ auth: key, baseUrl, throwOnError: true });
  const call = { client, throwOnError: true } as const;
  const stores = await api.listStores(call);
  const store_id = stores.data.items[0].id;
  const found = await api.listProducts({
    ...call,
    path: { store_id },
    query: { sku: order.lines[0].sku ?? undefined },
  });
  const product: { data: api.Product } = await api.getProduct({
    ...call,
    path: { store_id, product_id: found.data.items[0].id },
  });
  const body: api.OrderRequest = { ...order, coupon_code: "TEN" };
  const quote: { data: api.Quote } = await api.createQuote({ ...call, path: { store_id }, body });
  const submission: { data: api.Submission } = await api.submitOrder({
    ...call,
    path: { store_id },
    headers: { "Idempotency-Key": "hey-api" },
    body,
  });
  const order_id = submission.data.order_id;
  if (order_id === null) throw new Error(submission.data.state);
  const sent: { data: api.Order } = await api.getOrder({ ...call, path: { store_id, order_id } });
  const missing = await api.getStore({ client, path: { store_id: 1 }, throwOnError: false });
  console.log(
    JSON.stringify({
      product: product.data.name,
      discount: quote.data.coupon_discount,
      total: quote.data.total,
      number: sent.data.number,
      sent_total: sent.data.total,
      coupon: sent.data.coupon_code,
      problem: missing.error?.code,
    }),
  );
}

main(process.argv[2], process.argv[3]);
