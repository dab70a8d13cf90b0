for (const pre of document.querySelectorAll("details.code pre")) {
	const button = document.createElement("button");
	button.type = "button";
	button.className = "copy";
	button.textContent = "Copy";
	button.setAttribute("aria-label", "Copy the " + pre.previousElementSibling.textContent.split(" · ")[0].toLowerCase());
	button.onclick = () => {
		const done = (word) => { button.textContent = word; setTimeout(() => { button.textContent = "Copy"; }, 1500); };
		(navigator.clipboard ? navigator.clipboard.writeText(pre.textContent) : Promise.reject()).then(() => done("Copied"), () => {
			getSelection().selectAllChildren(pre);
			done(document.execCommand("copy") ? "Copied" : "Press Ctrl+C");
		});
	};
	pre.before(button);
}
