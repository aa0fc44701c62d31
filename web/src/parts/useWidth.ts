// SPDX-License-Identifier: Apache-2.0
// The width an element really has, for drawings whose text must not shrink with them.
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

export function useWidth(element: Ref<HTMLElement | null>, first = 480): Ref<number> {
  const width = ref(first);
  let observer: ResizeObserver | null = null;
  onMounted(() => {
    if (!element.value) return;
    width.value = element.value.clientWidth || first;
    observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) width.value = entry.contentRect.width;
    });
    observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return width;
}
