/** Secrets that some clients send along with every request; they are not repeated in links. */
const NOT_IN_LINKS = ["username", "token"];

export interface Pagination {
  readonly count: number;
  readonly page: number;
  readonly page_count: number;
  readonly page_size: number;
}

interface PageLinks {
  readonly first: string | null;
  readonly next: string | null;
  readonly prev: string | null;
  readonly last: string | null;
}

/** Where one page stands among all. */
export function pagination(count: number, page: number, pageSize: number): Pagination {
  return { count, page, page_count: Math.ceil(count / pageSize), page_size: pageSize };
}

/**
 * The pages around one: absolute, with the other parameters of the request, and without `page` for the first.
 *
 * @param url the request
 * @see reference/portal-api.md §1.3, rules REG-17 and REG-18
 */
export function pageLinks(url: URL, { page, page_count }: Pagination): PageLinks {
  const link = (to: number) => {
    const target = new URL(url);
    for (const secret of NOT_IN_LINKS) target.searchParams.delete(secret);
    if (to === 1) target.searchParams.delete("page");
    else target.searchParams.set("page", String(to));
    return target.href;
  };
  const isLast = page >= page_count;
  return {
    first: page > 1 ? link(1) : null,
    next: isLast ? null : link(page + 1),
    prev: page > 1 ? link(page - 1) : null,
    last: isLast ? null : link(page_count),
  };
}
