namespace Engine.Reporting;

/// <summary>How a page looks.</summary>
internal static class ReportStyle
{
    /// <summary>Of the two drawings of a figure one is shown: the large ones from 1,056 pixels on, the medium ones from 776.</summary>
    public const string Page = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1c2026;--soft:#57606a;--line:#d0d7de;--box:#f6f8fa;--link:#0a58a8}
        @media (prefers-color-scheme:dark){:root{--paper:#14171c;--ink:#e8eaed;--soft:#aab2bb;--line:#363c45;--box:#1d2128;--link:#7dbdf5}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
        main{max-width:1048px;margin:0 auto;padding:24px 24px 64px;overflow-wrap:anywhere}
        h1{font-size:1.9em;line-height:1.2;margin:.4em 0 .2em}
        h2{font-size:1.4em;line-height:1.25;margin:2em 0 .6em;padding-top:.6em;border-top:1px solid var(--line)}
        h3{font-size:1.1em;margin:1.6em 0 .5em}
        p,ul{max-width:72ch;margin:.7em 0}
        ul{padding-left:1.4em}
        .subtitle{color:var(--soft);margin-top:0}
        a{color:var(--link)}
        nav{background:var(--box);border:1px solid var(--line);border-radius:6px;padding:10px 18px;margin:1.4em 0}
        nav ul{list-style:none;margin:0;padding:0;max-width:none;columns:18em;column-gap:2em}
        nav li{break-inside:avoid;padding:2px 0}
        nav .part{padding-left:1.2em;font-size:.93em}
        figure{margin:1.4em 0}
        figure svg{display:block;max-width:100%;height:auto}
        figcaption{color:var(--soft);font-size:.9em;max-width:80ch;margin-top:.4em}
        .scroll{overflow-x:auto;max-width:100%}
        table{border-collapse:collapse;font-size:.92em;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:5px 12px;border-bottom:1px solid var(--line);overflow-wrap:normal;vertical-align:top}
        th{background:var(--box);white-space:nowrap}
        td{max-width:24em;overflow-wrap:break-word}
        .number{text-align:right;white-space:nowrap}
        pre{background:var(--box);border:1px solid var(--line);border-radius:6px;margin:0;padding:12px 14px;width:max-content;min-width:100%;overflow-wrap:normal;font:13px/1.45 ui-monospace,SFMono-Regular,Consolas,"DejaVu Sans Mono",monospace}
        .below-large,.below-medium{display:none}
        @media (max-width:1055px){.on-large{display:none}.below-large{display:block}}
        @media (max-width:775px){.on-medium{display:none}.below-medium{display:block}}
        @media (max-width:600px){main{padding:12px 16px 48px}h1{font-size:1.5em}h2{font-size:1.25em}}
        @media print{nav{break-after:page}figure{break-inside:avoid}}

        """;
}
