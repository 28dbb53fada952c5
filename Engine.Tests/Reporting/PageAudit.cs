using System.Text.Json.Nodes;

namespace Engine.Tests.Reporting;

/// <summary>Looks at the page a browser shows and lists what a reader would stumble over.</summary>
internal static class PageAudit
{
    /// <summary>Faults of layout and contrast, as the browser measures them.</summary>
    private const string Script = """
        (() => {
          const faults = [], root = document.documentElement;
          const isPage = root.tagName !== 'svg';
          if (isPage && root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide, the window ${innerWidth}`);

          const rgb = c => { const p = c.match(/[\d.]+/g).map(Number); return p.length > 3 && p[3] === 0 ? null : p.slice(0, 3); };
          const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const contrast = (a, b) => { const [x, y] = [light(a), light(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
          const paper = e => { for (; e; e = e.parentElement) { const c = e instanceof HTMLElement && rgb(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
          const cut = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
          const inside = (a, b) => a.left >= b.left - 0.5 && a.right <= b.right + 0.5 && a.top >= b.top - 0.5 && a.bottom <= b.bottom + 0.5;
          const name = t => JSON.stringify((t.textContent || '').trim().slice(0, 40));
          const check = (text, color, back) => { const c = contrast(rgb(color), back); if (c < 4.5) faults.push(`contrast ${c.toFixed(2)} of ${name(text)}`); };

          let looked = 0;
          for (const svg of isPage ? document.querySelectorAll('svg') : [root]) {
            const frame = svg.getBoundingClientRect();
            if (frame.width === 0) continue;
            const boxes = [...svg.querySelectorAll('rect')].map(r => [r, r.getBoundingClientRect(), rgb(getComputedStyle(r).fill.replace('none', 'rgba(0,0,0,0)'))]).filter(b => b[2]);
            const images = [...svg.querySelectorAll('image')].map(i => i.getBoundingClientRect());
            const texts = [...svg.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()]);
            texts.forEach(([t, box], i) => {
              looked++;
              if (!inside(box, frame)) faults.push(`outside of its picture: ${name(t)}`);
              for (const [u, other] of texts.slice(i + 1)) if (cut(box, other)) faults.push(`${name(t)} overlaps ${name(u)}`);
              for (const other of images) if (cut(box, other)) faults.push(`${name(t)} lies on an image`);
              const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
              const under = boxes.filter(([r, b]) => b.left <= x && x <= b.right && b.top <= y && y <= b.bottom && r.compareDocumentPosition(t) & Node.DOCUMENT_POSITION_FOLLOWING);
              check(t, getComputedStyle(t).fill, under.length ? under.at(-1)[2] : paper(svg.parentElement));
            });
          }

          const lines = [];
          const walk = isPage ? document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT) : null;
          while (walk && walk.nextNode()) {
            const node = walk.currentNode, holder = node.parentElement;
            if (!node.data.trim() || holder.closest('svg,style,title,script')) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            const rects = [...range.getClientRects()];
            if (!rects.length) continue;
            looked++;
            check(node, getComputedStyle(holder).color, paper(holder));
            for (const rect of rects) {
              if (!holder.closest('.scroll') && (rect.right > innerWidth + 0.5 || rect.left < -0.5)) faults.push(`cut at the window's edge: ${name(node)}`);
              for (const [other, node2] of lines) if (node2 !== node && cut(rect, other)) faults.push(`${name(node)} overlaps ${name(node2)}`);
              lines.push([rect, node]);
            }
          }
          return JSON.stringify({ faults: [...new Set(faults)], looked });
        })()
        """;

    /// <summary>All faults of the page that is open: what is seen, what it asked for, what it complained of. Also the number of texts looked at.</summary>
    public static (List<string> Faults, int Looked) Of(Browser browser)
    {
        JsonNode seen = JsonNode.Parse((string)browser.Evaluate(Script)!)!;
        List<string> faults = [.. seen["faults"]!.AsArray().Select(fault => (string)fault!)];
        foreach (JsonObject happened in browser.Events)
        {
            string method = (string?)happened["method"] ?? "", text = happened["params"]?.ToJsonString() ?? "";
            if (method == "Network.requestWillBeSent" && happened["params"]!["request"]!["url"] is { } url && !IsLocal((string)url!)) faults.Add($"asks for {url}");
            if (method is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded") faults.Add($"complains: {text}");
        }
        return (faults, (int)seen["looked"]!);
    }

    private static bool IsLocal(string url) => url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal);
}
