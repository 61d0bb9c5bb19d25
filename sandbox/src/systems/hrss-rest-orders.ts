import type { OfficeCounter } from '../ledger/counter.js';
import { paperOf, type Paper } from '../ledger/papers.js';
import type { QueryService } from './hrss-rest-host.js';
import type { RestProvince } from './hrss-rest-provinces.js';

/** How a family of services wraps an order and its receipt. The papers themselves have national codes everywhere. */
interface OrderFamily {
  readonly head: string;
  readonly rows: string;
  readonly answer: (receipt: Paper) => object;
}

const FAMILIES: Readonly<Record<RestProvince['family'], OrderFamily>> = {
  pinyin: {
    head: 'ywxx',
    rows: 'mxxx',
    answer: ({ head, rows }) => ({ code: '0', msg: '成功', data: { hzxx: head, mxxx: rows } }),
  },
  camel: {
    head: 'order',
    rows: 'lines',
    answer: ({ head, rows }) => ({ code: 200, message: '操作成功', data: { receipt: head, lines: rows } }),
  },
  nested: {
    head: 'order',
    rows: 'lines',
    answer: ({ head, rows }) => ({ result: { status: 'OK', message: '办理成功' }, receipt: head, lines: rows }),
  },
};

/** The paths of a province that take orders of transfers. */
export function provinceOrders({ code, family }: RestProvince, counter: OfficeCounter): NonNullable<QueryService['orders']> {
  const { head, rows, answer } = FAMILIES[family];
  const paperIn = (body: unknown): Paper | undefined => {
    if (typeof body !== 'object' || body === null) return undefined;
    const members = body as Readonly<Record<string, unknown>>;
    return paperOf(members[head], members[rows]);
  };
  const answered = (receipt: Paper | undefined): object | undefined => receipt && answer(receipt);
  return {
    [`/${code}/transfer/order`]: {
      takesEffect: true,
      handle: (body, fault) => {
        const paper = paperIn(body);
        return paper && answered(counter.order(paper, [code], fault));
      },
    },
    [`/${code}/transfer/inquiry`]: {
      takesEffect: false,
      handle: (body) => {
        const paper = paperIn(body);
        return paper && answered(counter.inquire(paper, [code]));
      },
    },
  };
}
